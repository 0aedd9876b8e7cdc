namespace AutoForge.Engine.Crashes;

/// <summary>The commits on the way of a run, by the names under which they are killed before and after (<see cref="CrashPoints"/>).</summary>
public enum CrashPoint
{
    /// <summary>Run, raw input, job and hold of an accepted run.</summary>
    Accept,

    /// <summary>The START of an outside step, with the RESULT of the one before it.</summary>
    Start,

    /// <summary>A run gives its job back until a delay or a retry is due.</summary>
    Rest,

    /// <summary>The end of a run that succeeded, with its charge.</summary>
    Settle,

    /// <summary>The end of a run that failed, with the release of its hold.</summary>
    Release,

    /// <summary>A user ends a run, with the release of its hold.</summary>
    Cancel,

    /// <summary>Jobs are claimed: new ones, rested ones, and those whose node has died.</summary>
    Claim,

    /// <summary>Rested runs take their account's places again.</summary>
    Place,

    /// <summary>Leases are renewed.</summary>
    Renew,

    /// <summary>Schedules move on after their due times have become runs.</summary>
    Schedule,

    /// <summary>An event of the payment provider, with what it books.</summary>
    Payment,
}

/// <summary>On which side of a commit.</summary>
public enum CommitSide
{
    Before,
    After,
}
