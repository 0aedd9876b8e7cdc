using System.Globalization;

namespace AutoForge.Activities.Triggers;

/// <summary>Starts runs at times.</summary>
[Activity("AutoForge", "Schedule", DisplayName = "Schedule", Description = "Starts at times that you choose.", Category = "Triggers")]
public sealed class Schedule : Trigger
{
    /// <summary>Which of the other fields count.</summary>
    [Input(DisplayName = "Repeat", Description = "How often.", Required = true, Order = 0,
        Options = ["once", "minutes", "hourly", "daily", "weekly", "cron"],
        OptionTexts = ["Once", "Every few minutes", "Every hour", "Every day", "Every week", "By a cron expression"])]
    public Input<string>? Kind { get; set; }

    /// <summary><c>once</c>: the time, ISO 8601; in the schedule's time zone when it names none.</summary>
    [Input(DisplayName = "Date and time", Description = "Once: when, such as 2026-12-24 18:00.", Order = 1)]
    public Input<string>? At { get; set; }

    /// <summary><c>minutes</c>: how many lie between two runs.</summary>
    [Input(DisplayName = "Every … minutes", Description = "Every few minutes: the minutes between two runs.", Order = 2)]
    public Input<int>? Every { get; set; }

    /// <summary><c>hourly</c>: the minute of the hour, 0 to 59.</summary>
    [Input(DisplayName = "Minute of the hour", Description = "Every hour: 0 to 59.", Order = 3)]
    public Input<int>? Minute { get; set; }

    /// <summary><c>daily, weekly</c>: <c>HH:mm</c>.</summary>
    [Input(DisplayName = "Time of day", Description = "Every day or week: when, such as 09:30.", Order = 4)]
    public Input<string>? Time { get; set; }

    /// <summary><c>weekly</c>: days of the week.</summary>
    [Input(Description = "Every week: on which days.", Editor = InputEditors.CheckList, Order = 5,
        Options = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        OptionTexts = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])]
    public Input<ICollection<string>>? Days { get; set; }

    /// <summary><c>cron</c>: five fields.</summary>
    [Input(DisplayName = "Cron expression", Description = "By a cron expression: minute, hour, day of month, month, day of week.", Order = 6)]
    public Input<string>? Cron { get; set; }

    /// <summary>IANA name.</summary>
    [Input(DisplayName = "Time zone", Description = "Whose clock counts, daylight saving included.", Default = "UTC", Editor = InputEditors.TimeZone, Order = 7)]
    public Input<string>? TimeZone { get; set; }

    /// <summary>What happens to times at which no node was running.</summary>
    [Input(DisplayName = "Missed times", Description = "What happens to times at which the server was not running.", Default = "once", Order = 8,
        Options = ["skip", "once", "all"],
        OptionTexts = ["Skip them", "Start once for all of them", "Start once for each of them"])]
    public Input<string>? CatchUp { get; set; }

    /// <summary>The time that this run is for; it may have started later.</summary>
    [Output(Description = "The time that this run is for.")]
    public Output<DateTimeOffset?>? DueAt { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        if (DateTimeOffset.TryParse(context.Run.Trigger["dueAt"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var dueAt))
            context.Set(DueAt, dueAt);
        return ValueTask.CompletedTask;
    }
}
