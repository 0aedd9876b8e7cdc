using System.Globalization;
using NodaTime;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>Turns the fields of the form into a rule, and collects all that is wrong with them at once.</summary>
internal sealed class ScheduleSettings(IReadOnlyDictionary<string, string?> settings)
{
    private readonly List<(string Field, string Message)> _problems = [];

    public IReadOnlyList<(string Field, string Message)> Problems => _problems;

    /// <returns>Null when <see cref="Problems"/> says why.</returns>
    public ScheduleRule? Read()
    {
        var zone = ReadZone();
        var catchUp = ReadCatchUp();
        var rule = ReadKind(zone, catchUp);
        return _problems.Count == 0 ? rule : null;
    }

    private ScheduleRule? ReadKind(DateTimeZone zone, CatchUp catchUp)
    {
        switch (Text("kind")?.ToLowerInvariant())
        {
            case "once":
                return ReadMoment(zone, isRequired: true) is { } at ? new OnceSchedule(at) { CatchUp = catchUp, Zone = zone } : null;

            case "minutes":
                var start = ReadMoment(zone, isRequired: false);
                return ReadNumber("every", 1, 1440, unset: null) is { } every ? new IntervalSchedule(every, start) { CatchUp = catchUp, Zone = zone } : null;

            case "hourly":
                return ReadNumber("minute", 0, 59, unset: 0) is { } minute
                    ? Calendar($"{minute} * * * *", $"every hour at minute {minute}", zone, catchUp)
                    : null;

            case "daily":
                return ReadTime() is { } time
                    ? Calendar($"{time.Minute} {time.Hour} * * *", $"every day at {Show(time)}", zone, catchUp)
                    : null;

            case "weekly":
                var days = ReadDays();
                return ReadTime() is { } weekly && days.Count > 0
                    ? Calendar($"{weekly.Minute} {weekly.Hour} * * {string.Join(',', days)}", $"every {Weekdays.Describe(days)} at {Show(weekly)}", zone, catchUp)
                    : null;

            case "cron":
                return ReadCron() is { } cron
                    ? new CalendarSchedule(cron, $"by cron '{Text("cron")}'") { CatchUp = catchUp, Zone = zone }
                    : null;

            case null:
                Add("kind", "Choose how often: once, minutes, hourly, daily, weekly or cron.");
                return null;

            case var other:
                Add("kind", $"'{Cut(other)}' is not a kind of schedule. Use once, minutes, hourly, daily, weekly or cron.");
                return null;
        }
    }

    private static CalendarSchedule Calendar(string cron, string description, DateTimeZone zone, CatchUp catchUp) =>
        new(CronParser.Parse(cron, out _)!, description) { CatchUp = catchUp, Zone = zone };

    private CronExpression? ReadCron()
    {
        if (Text("cron") is not { } text)
        {
            Add("cron", "Write a cron expression, such as 0 9 * * 1-5 for 09:00 from Monday to Friday.");
            return null;
        }

        if (CronParser.Parse(text, out var problem) is not { } cron)
        {
            Add("cron", problem!);
            return null;
        }

        // Two leap years are inside: a date that is not found here, such as 30 February, does not exist.
        var begin = new LocalDateTime(2024, 1, 1, 0, 0);
        if (cron.Next(begin, begin.PlusYears(8)) is null)
            Add("cron", "There is no such day in the calendar: this schedule would never run.");
        return cron;
    }

    private DateTimeZone ReadZone()
    {
        if (Text("timeZone") is not { } name)
            return DateTimeZone.Utc;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } zone)
            return zone;

        var hint = ZoneNames.Nearest(name) is { } near ? $"Did you mean {near}?" : "Use a name such as Europe/Berlin.";
        Add("timeZone", $"'{Cut(name)}' is not a time zone. {hint}");
        return DateTimeZone.Utc;
    }

    private CatchUp ReadCatchUp()
    {
        switch (Text("catchUp")?.ToLowerInvariant())
        {
            case null or "once":
                return CatchUp.Once;
            case "skip":
                return CatchUp.Skip;
            case "all":
                return CatchUp.All;
            case var other:
                Add("catchUp", $"'{Cut(other)}' is unknown. Use skip, once or all.");
                return CatchUp.Once;
        }
    }

    private Instant? ReadMoment(DateTimeZone zone, bool isRequired)
    {
        if (Text("at") is not { } text)
        {
            if (isRequired)
                Add("at", "Choose the date and time.");
            return null;
        }

        if (LocalMoment.Parse(text, zone) is { } moment)
            return moment;
        Add("at", $"'{Cut(text)}' is not a date and time such as 2026-03-29T09:00.");
        return null;
    }

    private LocalTime? ReadTime()
    {
        if (Text("time") is not { } text)
        {
            Add("time", "Choose the time of day, such as 09:00.");
            return null;
        }

        if (TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return new(time.Hour, time.Minute);
        Add("time", $"'{Cut(text)}' is not a time of day. Write hours and minutes, from 00:00 to 23:59.");
        return null;
    }

    private IReadOnlyList<int> ReadDays()
    {
        var days = Weekdays.Parse(Text("days") ?? "", out var unknown);
        if (unknown is not null)
            Add("days", $"'{Cut(unknown)}' is not a day. Use Monday to Sunday, or 1 (Monday) to 7 (Sunday).");
        else if (days.Count == 0)
            Add("days", "Choose at least one day.");
        return days;
    }

    private int? ReadNumber(string field, int least, int most, int? unset)
    {
        var text = Text(field);
        if (text is null && unset is not null)
            return unset;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;

        Add(field, text is null ? $"Write a number from {least} to {most}." : $"'{Cut(text)}' is not a number from {least} to {most}.");
        return null;
    }

    private string? Text(string field) =>
        settings.GetValueOrDefault(field) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private void Add(string field, string message) => _problems.Add((field, message));

    private static string Show(LocalTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length > 40 ? $"{text[..40]}…" : text;
}
