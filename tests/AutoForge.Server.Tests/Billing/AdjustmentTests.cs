using System.Net;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing;
using AutoForge.Server.Billing.Adjustments;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>Credit by hand: the way of servers without a payment provider.</summary>
public sealed class AdjustmentTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly Guid Admin = Ids.NewId();

    private CreditAdjustments Adjustments => server.Services.GetRequiredService<CreditAdjustments>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Book_TheSameKeyAtOnce_BooksOnce()
    {
        var account = await NewAccountAsync(100);

        var balances = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Adjustments.BookAsync(account, Admin, 250, "Thank you", "k1", Cancelled)));

        Assert.All(balances, balance => Assert.Equal(new AccountBalance(350, 0), balance));
        var entries = await EntriesAsync(account);
        Assert.Equal(("adjustment", 250L, "Thank you"), (entries[0].Type, entries[0].AvailableDeltaCents, entries[0].Description));
        Assert.Equal(2, entries.Count);
    }

    [Fact]
    public async Task Book_TheSameKeyForAnotherAmount_IsRefused()
    {
        var account = await NewAccountAsync(100);
        await Adjustments.BookAsync(account, Admin, 250, "Thank you", "k1", Cancelled);

        var refused = await Assert.ThrowsAsync<AutoForgeException>(() => Adjustments.BookAsync(account, Admin, 251, "Thank you", "k1", Cancelled));

        Assert.Equal("idempotency_key", refused.Code);
    }

    [Fact]
    public async Task Book_MoreThanIsThere_IsOwed()
    {
        var account = await NewAccountAsync(100);

        var balance = await Adjustments.BookAsync(account, Admin, -130, "Paid out by mistake", "k1", Cancelled);

        Assert.Equal(new AccountBalance(0, 0, 30), balance);
        Assert.DoesNotContain(
            await new LedgerVerifier(server.Database.Database, BillingInvariants.All).VerifyAsync(Cancelled), result => result.Violations > 0);
    }

    [Theory]
    [InlineData(0, "why", "amountCents")]
    [InlineData(long.MinValue, "why", "amountCents")]
    [InlineData(10_000_001, "why", "amountCents")]
    [InlineData(5, " ", "reason")]
    [InlineData(5, "two\nlines", "reason")]
    public async Task Book_NotAcceptable_NamesTheField(long cents, string reason, string field)
    {
        var account = await NewAccountAsync(100);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Adjustments.BookAsync(account, Admin, cents, reason, "k1", Cancelled));

        Assert.Equal(field, Assert.Single(refused.Errors).Field);
        Assert.Single(await EntriesAsync(account));
    }

    [Fact]
    public async Task Book_UnknownAccount_IsNotFound() =>
        await Assert.ThrowsAsync<NotFoundException>(() => Adjustments.BookAsync(Ids.NewId(), Admin, 5, "why", "k1", Cancelled));

    [Fact]
    public async Task Endpoint_AsAUser_DoesNotExist()
    {
        var caller = await server.NewCallerAsync();

        using var response = await caller.Client.PostAsync($"/api/admin/accounts/{caller.AccountId}/adjustments", null, Cancelled);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private async Task<Guid> NewAccountAsync(long cents)
    {
        var id = Ids.NewId();
        await server.Services.GetRequiredService<AccountOpening>().OpenAsync(id, cents, Cancelled);
        return id;
    }

    private Task<IReadOnlyList<LedgerEntry>> EntriesAsync(Guid account) =>
        server.Services.GetRequiredService<LedgerQueries>().ListAsync(account, new LedgerFilter(), null, 10, Cancelled);
}
