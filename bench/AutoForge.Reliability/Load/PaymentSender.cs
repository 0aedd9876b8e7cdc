using AutoForge.Reliability.Nodes;
using AutoForge.Testing.Servers;

namespace AutoForge.Reliability.Load;

/// <summary>Tells of payments as the payment provider does: the same event again until a node has taken it.</summary>
internal sealed class PaymentSender(Cluster cluster, CallBook book, int seed)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Random _random = new(seed);

    public async Task RunAsync(CancellationToken stop, CancellationToken limit)
    {
        var accounts = cluster.Hooks.Select(hook => hook.AccountId).Distinct().ToArray();
        while (!stop.IsCancellationRequested)
        {
            var payment = new Payment("pi_" + Ids.NewText(), accounts[_random.Next(accounts.Length)], 100 + _random.Next(900));
            book.Add(payment);
            await DeliverAsync(payment, limit);
            await Task.Delay(Pause * (1 + _random.NextDouble()), CancellationToken.None);
        }
    }

    private async Task DeliverAsync(Payment payment, CancellationToken limit)
    {
        var told = StripeEvents.Event("checkout.session.completed", StripeEvents.PaidSession(payment.AccountId, payment.Cents, payment.Id));
        var deliveries = _random.Next(1, 3);
        while (!limit.IsCancellationRequested)
        {
            using var http = new HttpClient { BaseAddress = cluster.Nodes[_random.Next(cluster.Nodes.Count)].Address, Timeout = TimeSpan.FromSeconds(4) };
            try
            {
                using var answer = await StripeEvents.DeliverAsync(http, told, cancellationToken: CancellationToken.None);
                payment.IsAnswered |= answer.IsSuccessStatusCode;
                if (payment.IsAnswered && --deliveries <= 0)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // No answer, so nothing is known: it is told again.
            }
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
