using AutoForge.Engine.Ledger;
using AutoForge.Server.Billing.AutoTopUps;

namespace AutoForge.Server.Billing.Payments;

/// <summary>What the page of an account's money shows.</summary>
public sealed record BillingFacts(AccountBalance Balance, bool PaymentsAreOn, AutoTopUpState AutoTopUp);
