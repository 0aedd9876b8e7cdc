namespace AutoForge.Server.Layout.Forms;

/// <summary>One of the values that a field can have, and what people read for it.</summary>
public sealed record Choice(string Value, string Text);
