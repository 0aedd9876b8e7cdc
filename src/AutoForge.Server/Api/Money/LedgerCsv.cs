using System.Globalization;
using System.Text;
using AutoForge.Engine.Ledger;
using Microsoft.Net.Http.Headers;

namespace AutoForge.Server.Api.Money;

/// <summary>The ledger as RFC 4180 CSV, all pages, streamed.</summary>
internal sealed class LedgerCsv(Guid accountId, LedgerFilter filter, LedgerQueries ledger) : IResult
{
    private const int PageSize = 500;
    private const string Header =
        "id,type,amountCents,availableDeltaCents,heldDeltaCents,availableAfterCents,heldAfterCents,runId,source,description,createdAt\r\n";

    public static bool IsAskedFor(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(a => a.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var aborted = httpContext.RequestAborted;
        httpContext.Response.ContentType = "text/csv; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = "attachment; filename=\"ledger.csv\"";
        await httpContext.Response.WriteAsync(Header, aborted);
        long? before = null;
        while (true)
        {
            var entries = await ledger.ListAsync(accountId, filter, before, PageSize, aborted);
            await httpContext.Response.WriteAsync(Lines(entries), aborted);
            if (entries.Count < PageSize)
                return;
            before = long.Parse(entries[^1].Id, CultureInfo.InvariantCulture);
        }
    }

    private static string Lines(IReadOnlyList<LedgerEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var e in entries)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{e.Id},{e.Type},{e.AmountCents},{e.AvailableDeltaCents},{e.HeldDeltaCents},{e.AvailableAfterCents},{e.HeldAfterCents},{e.RunId},{Quote(e.Source)},{Quote(e.Description)},{e.CreatedAt.UtcDateTime:O}\r\n");
        }
        return text.ToString();
    }

    // Spreadsheets run cells that begin with = + - @ as formulas; a workflow's name is a user's text.
    private static string Quote(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t')
            text = "'" + text;
        return $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
