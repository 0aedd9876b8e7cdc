using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>Turns the fields of the form into a rule, and collects all that is wrong with them at once.</summary>
internal sealed class ScheduleSettings(IReadOnlyDictionary<string, string?> settings)
{
    private static readonly LocalDateTimePattern[] LocalPatterns =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss"),
    ];

    // Monday is 1 here as in ISO 8601 and as in cron; Sunday is 7, and 0 for those who know it from cron.
    private static readonly string[] Weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private readonly List<(string Field, string Message)> _problems = [];

    public IReadOnlyList<(string Field, string Message)> Problems => _problems;

    /// <returns>Null when <see cref="Problems"/> says why.</returns>
    public ScheduleRule? Read()
    {
        var zone = ReadZone();
        var catchUp = ReadCatchUp();
        ScheduleRule? rule = Text("kind")?.ToLowerInvariant() switch
        {
            "once" => ReadMoment(zone, isRequired: true) is { } at ? new OnceSchedule(at, zone) { CatchUp = catchUp } : null,
            "minutes" => ReadInterval(zone, catchUp),
            "hourly" => ReadNumber("minute", 0, 59, 0) is { } minute
                ? Calendar($"{minute} * * * *", zone, catchUp, $"every hour at minute {minute}") : null,
            "daily" => ReadTime() is { } time ? Calendar($"{time.Minute} {time.Hour} * * *", zone, catchUp, $"every day at {Show(time)}") : null,
            "weekly" => ReadWeekly(zone, catchUp),
            "cron" => ReadCron(zone, catchUp),
            null => Problem("kind", "Choose how often: once, minutes, hourly, daily, weekly or cron."),
            var other => Problem("kind", $"'{Cut(other)}' is not a kind of schedule. Use once, minutes, hourly, daily, weekly or cron."),
        };
        return _problems.Count == 0 ? rule : null;
    }

    private IntervalSchedule? ReadInterval(DateTimeZone zone, CatchUp catchUp)
    {
        var start = ReadMoment(zone, isRequired: false);
        return ReadNumber("every", 1, 1440, null) is { } minutes ? new(minutes, start) { CatchUp = catchUp } : null;
    }

    private CalendarSchedule? ReadWeekly(DateTimeZone zone, CatchUp catchUp)
    {
        var days = ReadDays();
        if (ReadTime() is not { } time || days.Count == 0)
            return null;

        var names = days.Count == 7 ? "day" : string.Join(" and ", string.Join(", ", days.SkipLast(1).Select(Name)) is { Length: > 0 } most ? [most, Name(days[^1])] : new[] { Name(days[^1]) });
        return Calendar($"{time.Minute} {time.Hour} * * {string.Join(',', days)}", zone, catchUp, $"every {names} at {Show(time)}");

        static string Name(int day) => Weekdays[day % 7];
    }

    private CalendarSchedule? ReadCron(DateTimeZone zone, CatchUp catchUp)
    {
        if (Text("cron") is not { } text)
            return Problem("cron", "Write a cron expression, such as 0 9 * * 1-5 for 09:00 from Monday to Friday.") as CalendarSchedule;
        if (CronParser.Parse(text, out var problem) is not { } cron)
            return Problem("cron", problem!) as CalendarSchedule;

        // Two leap years are inside, so what is not found here is never due.
        var begin = new LocalDateTime(2024, 1, 1, 0, 0);
        if (cron.Next(begin, begin.PlusYears(8)) is null)
            return Problem("cron", "There is no such day in any year: this schedule would never run.") as CalendarSchedule;
        return new(cron, zone, $"by cron '{text}'") { CatchUp = catchUp };
    }

    private static CalendarSchedule Calendar(string cron, DateTimeZone zone, CatchUp catchUp, string description) =>
        new(CronParser.Parse(cron, out _)!, zone, description) { CatchUp = catchUp };

    private DateTimeZone ReadZone()
    {
        if (Text("timeZone") is not { } name)
            return DateTimeZone.Utc;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } zone)
            return zone;

        var near = ZoneNames.Nearest(name);
        Problem("timeZone", $"'{Cut(name)}' is not a time zone. " + (near is null ? "Use a name such as Europe/Berlin." : $"Did you mean {near}?"));
        return DateTimeZone.Utc;
    }

    private CatchUp ReadCatchUp()
    {
        switch (Text("catchUp")?.ToLowerInvariant())
        {
            case null or "once": return CatchUp.Once;
            case "skip": return CatchUp.Skip;
            case "all": return CatchUp.All;
            case var other:
                Problem("catchUp", $"'{Cut(other)}' is unknown. Use skip, once or all.");
                return CatchUp.Once;
        }
    }

    // A time without offset is the time on the wall in the zone: skipped by a clock change, the first moment after; twice, the first.
    private Instant? ReadMoment(DateTimeZone zone, bool isRequired)
    {
        if (Text("at") is not { } text)
        {
            if (isRequired)
                Problem("at", "Choose the date and time.");
            return null;
        }

        foreach (var pattern in LocalPatterns)
        {
            if (pattern.Parse(text) is { Success: true } local)
                return zone.MapLocal(local.Value) is { Count: > 0 } mapping ? mapping.First().ToInstant() : zone.MapLocal(local.Value).EarlyInterval.End;
        }

        if (text.Contains('-', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf(':', StringComparison.Ordinal)))
            return Instant.FromDateTimeOffset(moment);

        Problem("at", $"'{Cut(text)}' is not a date and time such as 2026-03-29T09:00.");
        return null;
    }

    private LocalTime? ReadTime()
    {
        if (Text("time") is not { } text)
        {
            Problem("time", "Choose the time of day, such as 09:00.");
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is 1 or 2 && text.Length == colon + 3
            && int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var minute) && minute < 60)
            return new(hour, minute);

        Problem("time", $"'{Cut(text)}' is not a time of day. Write hours and minutes, from 00:00 to 23:59.");
        return null;
    }

    private List<int> ReadDays()
    {
        var days = new SortedSet<int>();
        foreach (var part in Split(Text("days")))
        {
            var index = part.Length < 3 ? -1 : Array.FindIndex(Weekdays, name => name.Equals(part, StringComparison.OrdinalIgnoreCase) || name[..3].Equals(part, StringComparison.OrdinalIgnoreCase));
            if (index < 0 && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 7)
                index = number;
            if (index < 0)
                Problem("days", $"'{Cut(part)}' is not a day. Use Monday to Sunday, or 1 (Monday) to 7 (Sunday).");
            else
                days.Add(index % 7 == 0 ? 7 : index);
        }

        if (days.Count == 0 && _problems.TrueForAll(problem => problem.Field != "days"))
            Problem("days", "Choose at least one day.");
        return [.. days];
    }

    // A list arrives as JSON; people also write Mon, Wed.
    private static string[] Split(string? text)
    {
        if (text is null)
            return [];
        if (text.StartsWith('['))
        {
            try
            {
                return [.. JsonSerializer.Deserialize<JsonElement[]>(text)!.Select(item => item.ToString())];
            }
            catch (JsonException)
            {
                return [text];
            }
        }

        return text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private int? ReadNumber(string field, int least, int most, int? unset)
    {
        if (Text(field) is not { } text)
        {
            if (unset is null)
                Problem(field, $"Write a number from {least} to {most}.");
            return unset;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Problem(field, $"'{Cut(text)}' is not a number from {least} to {most}.");
        return null;
    }

    private string? Text(string field) => settings.GetValueOrDefault(field) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private ScheduleRule? Problem(string field, string message)
    {
        _problems.Add((field, message));
        return null;
    }

    private static string Show(LocalTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length > 40 ? $"{text[..40]}…" : text;
}
