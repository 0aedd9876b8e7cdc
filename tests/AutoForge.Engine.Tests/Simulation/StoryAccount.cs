using AutoForge.Engine.Limits;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>An account of a story, with what the story knows about its money without asking.</summary>
internal sealed class StoryAccount(int index)
{
    public int Index { get; } = index;
    public Guid Id { get; } = Ids.NewId();
    public List<StoryWorkflow> Workflows { get; } = [];
    public PlanLimits Plan { get; set; } = PlanLimits.None;
    public SpendCaps Caps { get; set; } = SpendCaps.None;

    /// <summary>US cents that came in, less what was taken back.</summary>
    public long CreditCents { get; set; }

    /// <summary>Times that money came in or was taken back; makes each unique.</summary>
    public int Movements { get; set; }

    /// <summary>US cents of charged runs that were given back.</summary>
    public long RefundedCents { get; set; }

    /// <summary>The most places that its plan ever had.</summary>
    public int MostPlaces { get; set; }

    public override string ToString() => $"a{Index}";
}
