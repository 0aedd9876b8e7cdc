using AutoForge.Engine.Ledger;
using AutoForge.Server.Billing.Adjustments;
using AutoForge.Server.Billing.AutoTopUps;
using AutoForge.Server.Billing.Events;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Plans;
using AutoForge.Server.Billing.Statements;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing;

/// <summary>Payments, plans and what people see of their money.</summary>
internal static class BillingSetup
{
    public static void AddBilling(this IServiceCollection services)
    {
        services.AddOptions<StripeOptions>().BindConfiguration(StripeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StripeOptions>, StripeOptionsCheck>();
        services.AddSingleton<StripeClient>();
        services.AddSingleton<StripeEventIntake>();
        services.AddSingleton<EventReplay>();
        services.AddSingleton<AutoTopUpTable>();
        services.AddSingleton<CardCheckout>();
        services.AddSingleton<CardCharges>();
        services.AddSingleton<AutoTopUpPages>();
        services.AddHostedService<AutoTopUpClock>();
        services.AddSingleton<BillingReport>();
        services.AddSingleton<BillingErasure>();
        services.AddSingleton<CustomerTable>();
        services.AddSingleton<Checkout>();
        services.AddSingleton<PaymentQueries>();
        services.AddSingleton<CreditAdjustments>();
        services.AddSingleton<PlanTable>();
        services.AddSingleton<FreePlan>();
        services.AddSingleton<PlanCheckout>();
        services.AddSingleton<PlanEditing>();
        services.AddSingleton<PlanKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<PlanKeeper>());
        foreach (var invariant in BillingInvariants.All)
            services.AddSingleton(invariant);
    }

    public static void MapBilling(this IEndpointRouteBuilder app)
    {
        app.MapBillingPages();
        AutoTopUpPages.Map(app);
        app.MapCheckout();
        app.MapLedgerPages();
        app.MapStatements();
        app.MapAdjustments();
        app.MapPlans();
        app.MapPlanPages();
        app.MapPlanAdministration();
        app.MapStripeWebhook();
        app.MapEventAdministration();
    }
}
