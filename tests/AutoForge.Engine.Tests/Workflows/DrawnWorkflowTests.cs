using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Flow;
using AutoForge.Activities.Triggers;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;
using AutoForge.Workflows;

namespace AutoForge.Engine.Tests.Workflows;

/// <summary>What the Sdk's builder draws is what the engine reads.</summary>
public sealed class DrawnWorkflowTests
{
    public static TheoryData<Type> StockActivities { get; } =
        [.. typeof(Flowchart).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && typeof(Activity).IsAssignableFrom(type))];

    [Theory]
    [MemberData(nameof(StockActivities))]
    public void Compile_StockActivityWithEveryInputSet_ReadsEveryInput(Type type)
    {
        var activity = (Activity)Activator.CreateInstance(type)!;
        var inputs = type.GetProperties().Where(property => typeof(Input).IsAssignableFrom(property.PropertyType)).ToList();
        foreach (var input in inputs)
            input.SetValue(activity, InputOf(input.PropertyType, Expression.Template($"{{{{ trigger.{input.Name} }}}}")));

        var compiled = TestRun.Compile(Workflow.Named("Test").StartsWith(activity, name: "it").Build().Document);

        Assert.Empty(compiled.Problems);
        var read = compiled.Find("Workflow1:flow:it")!.Activity;
        Assert.IsType(type, read);
        Assert.Equal(activity is Trigger, read.CanStartWorkflow);
        Assert.All(inputs, input => Assert.Equal($"{{{{ trigger.{input.Name} }}}}", ((Input)input.GetValue(read)!).Expression!.Value!.GetValue<string>()));
    }

    [Fact]
    public async Task Walk_LoopsCasesVariablesAndBranches_DoWhatWasDrawn()
    {
        var total = new Variable("total", "Total", 0, "Int32");
        var workflow = Workflow.Named("Everything")
            .WithVariable(total)
            .StartsWith(new Webhook(), name: "hook")
            .StartsWith(new Manual(), name: "hand")
            .Then(new ForEach
            {
                Items = Expression.Literal<int[]>([3, 4]),
                Body = new Sequence
                {
                    Activities =
                    [
                        new SetVariable { Variable = total, Value = Expression.Template("{{ variables.CurrentValue }}") },
                        new If { Condition = Expression.Template("{{ eq variables.Total 4 }}"), Then = new WriteLine { Text = "four" }, Else = new WriteLine { Text = "not four" } },
                    ],
                },
            }, name: "each")
            .Then(new FlowSwitch { Cases = [new FlowSwitchCase("four", Expression.Template("{{ eq variables.Total 4 }}"))], Mode = SwitchMode.MatchFirst }, name: "which")
            .On("four", four => four.Then(new WriteLine { Text = "case" }).GoesTo("end"))
            .Then(new WriteLine { Text = "default" }, after: "Default")
            .Then(new WriteLine { Text = "end" }, name: "end")
            .Build();

        var run = new TestRun(workflow.Document) { TriggerActivityId = "hand" };
        Assert.Empty(TestRun.Validator.Validate(run.Workflow));
        var result = await run.WalkToEndAsync();

        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["not four", "four", "case", "end"], result.WrittenLines);
    }

    [Fact]
    public void Compile_DeclaredVariable_HasItsInitialValue()
    {
        var compiled = TestRun.Compile(Workflow.Named("Test")
            .WithVariable(new Variable("a", "A", 7, "Int32"))
            .WithVariable(new Variable("b", "B", new[] { "x", "y" }, "String[]"))
            .WithOutput("receipt")
            .Then(new WriteLine())
            .Build().Document);

        Assert.Equal(7, compiled.Variables[0].Value);
        Assert.Equal("""["x","y"]""", Assert.IsType<JsonArray>(compiled.Variables[1].Value).ToJsonString());
        Assert.Equal(["receipt"], compiled.Outputs);
    }

    private static object InputOf(Type type, Expression expression)
    {
        var input = Activator.CreateInstance(type)!;
        typeof(Input).GetProperty(nameof(Input.Expression))!.SetValue(input, expression);
        return input;
    }
}
