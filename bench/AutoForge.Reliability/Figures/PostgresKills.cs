using System.Diagnostics;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>F2: PostgreSQL dies as a whole, or one of its sessions does and takes the others along, or it is restarted in order.</summary>
internal static class PostgresKills
{
    private const int Most = 70;
    private const int Least = 4;
    private const int RestartOneOf = 7;
    private const int SuccessesPerKill = 4;

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartAsync(nodes: 2, accounts: 3, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        var (whole, sessions, restarts) = (0, 0, 0);
        await using (var traffic = new Traffic(cluster, book))
        {
            for (var i = 0; i < Most && (i < Least || Stopwatch.GetElapsedTime(begin) < effort.Time); i++)
            {
                await Task.Delay(effort.Random.Next(500, 3_000));
                switch (i % RestartOneOf)
                {
                    case 1:
                        restarts++;
                        await cluster.Postgres.RestartAsync();
                        break;
                    case 2 or 5:
                        sessions++;
                        await cluster.Postgres.KillSessionAsync();
                        break;
                    default:
                        whole++;
                        await cluster.Postgres.KillAsync();
                        break;
                }
                effort.Say($"{i + 1} kills, {book.Calls.Count} calls");
            }
            await traffic.StopAsync();
        }
        var kills = whole + sessions + restarts;
        var counts = await Audit.RunAsync(cluster, book, kills * SuccessesPerKill, findings);
        return FigureVerdict.Of(figure, kills, counts, findings, Stopwatch.GetElapsedTime(begin), new Dictionary<string, int>
        {
            ["killsOfTheServer"] = whole,
            ["killsOfASession"] = sessions,
            ["restarts"] = restarts,
        });
    }
}
