using System.Globalization;

namespace AutoForge.Activities.Triggers;

/// <summary>Starts runs at times.</summary>
[Activity("AutoForge", "Schedule", DisplayName = "Schedule", Description = "Starts at times that you choose.", Category = "Triggers")]
public sealed class Schedule : Trigger
{
    /// <summary>Which of the other fields count.</summary>
    [Input(DisplayName = "Repeat", Description = "How often.", Required = true, Options = ["once", "minutes", "hourly", "daily", "weekly", "cron"], Order = 0)]
    public Input<string>? Kind { get; set; }

    /// <summary><c>once</c>: the time, ISO 8601; in the schedule's time zone when it names none.</summary>
    [Input(Description = "Once: the date and time.", Order = 1)]
    public Input<string>? At { get; set; }

    /// <summary><c>minutes</c>: how many lie between two runs.</summary>
    [Input(DisplayName = "Every … minutes", Description = "Minutes between two runs.", Order = 2)]
    public Input<int>? Every { get; set; }

    /// <summary><c>hourly</c>: the minute of the hour, 0 to 59.</summary>
    [Input(Description = "Hourly: the minute of the hour.", Order = 3)]
    public Input<int>? Minute { get; set; }

    /// <summary><c>daily, weekly</c>: <c>HH:mm</c>.</summary>
    [Input(Description = "Daily and weekly: the time, such as 09:30.", Order = 4)]
    public Input<string>? Time { get; set; }

    /// <summary><c>weekly</c>: days of the week.</summary>
    [Input(Description = "Weekly: the days.", Options = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], Editor = "multitext", Order = 5)]
    public Input<ICollection<string>>? Days { get; set; }

    /// <summary><c>cron</c>: five fields.</summary>
    [Input(Description = "Cron: minute, hour, day of month, month, day of week.", Order = 6)]
    public Input<string>? Cron { get; set; }

    /// <summary>IANA name.</summary>
    [Input(DisplayName = "Time zone", Description = "Such as Europe/Berlin.", Default = "UTC", Order = 7)]
    public Input<string>? TimeZone { get; set; }

    /// <summary>What happens to times at which no node was running.</summary>
    [Input(DisplayName = "Missed times", Description = "Skip them, start once for all of them, or start once for each.", Default = "once", Options = ["skip", "once", "all"], Order = 8)]
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
