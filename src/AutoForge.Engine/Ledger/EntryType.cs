namespace AutoForge.Engine.Ledger;

/// <summary>The kinds of movement; the names stand in the database and in the API.</summary>
public static class EntryType
{
    public const string Topup = "topup";
    public const string Grant = "grant";
    public const string Hold = "hold";
    public const string Consume = "consume";
    public const string Release = "release";
    public const string Refund = "refund";
    public const string Adjustment = "adjustment";
    public const string Dispute = "dispute";
}
