using AutoForge.Reliability;
using AutoForge.Reliability.Nodes;

// Started by the figure of wrong clocks.
if (Environment.GetEnvironmentVariable(SkewedNode.Variable) is { } skew)
{
    await SkewedNode.RunAsync(args, skew);
    return 0;
}

try
{
    var verdict = await new ReliabilityRun(ReliabilityOptions.Parse(args), Console.Error).RunAsync();
    Console.WriteLine(verdict.ToJson());
    return verdict.Passed ? 0 : 1;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{ReliabilityOptions.Usage}");
    return 2;
}
