namespace AutoForge.Engine.Expressions.Templates;

/// <summary>One rendering: its data, and what it may still spend. Loops and helpers pay, since a small template can multiply large data.</summary>
internal sealed class TemplateScope(ExpressionData data)
{
    public const string ErrorCode = "result_too_large";
    private const int MaxRounds = 10_000;
    private const int MaxHelperCharacters = 16 * 1024 * 1024;

    private int _rounds;
    private int _characters;

    public ExpressionData Data { get; } = data;

    /// <exception cref="AutoForgeException"><c>result_too_large</c>.</exception>
    public void CountRound()
    {
        if (++_rounds > MaxRounds)
            throw new AutoForgeException(ErrorCode, $"The template repeats its blocks more than {MaxRounds} times.");
    }

    /// <exception cref="AutoForgeException"><c>result_too_large</c>.</exception>
    public void CountCharacters(int length)
    {
        _characters += length;
        if (_characters is < 0 or > MaxHelperCharacters)
            throw new AutoForgeException(ErrorCode, "The template's helpers work on too much text.");
    }
}
