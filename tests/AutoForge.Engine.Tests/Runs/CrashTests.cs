using AutoForge.Activities;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>A node may die at every flush and in every effect (F3 in memory, failure mode 19).</summary>
public sealed class CrashTests
{
    private const int Seeds = 40;

    [Fact]
    public async Task WalkAsync_NodeDiesAtAnyFlushOfSafeSteps_EndsTheSame()
    {
        var flushes = 0;
        var waves = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var undisturbed = new RandomRun(seed, safeOnly: true);
            var expected = await undisturbed.ToEndAsync();
            flushes += undisturbed.Run.Journal.Flushes;
            waves += expected.Steps.Max(step => step.Wave);

            foreach (var disturbed in Disturbed(seed, undisturbed.Run.Journal.Flushes, safeOnly: true))
            {
                var result = await disturbed.ToEndAsync();

                Assert.True(disturbed.HasDied);
                Assert.Equal(expected.End, result.End);
                Assert.Equal(expected.WrittenLines, result.WrittenLines);
                Assert.Equal(Describe(expected), Describe(result));
                Assert.Equal(undisturbed.Outside.Effects, disturbed.Outside.Effects.Distinct());
            }
        }

        // An idle generator would prove nothing.
        Assert.True(flushes > Seeds * 3 && waves > Seeds * 2, $"{flushes} flushes, {waves} waves");
    }

    [Fact]
    public async Task WalkAsync_NodeDiesAtAnyFlush_TouchesNothingUnsafeTwice()
    {
        var uncertain = 0;
        var unharmed = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var undisturbed = new RandomRun(seed);
            var expected = await undisturbed.ToEndAsync();

            foreach (var disturbed in Disturbed(seed, undisturbed.Run.Journal.Flushes))
            {
                var result = await disturbed.ToEndAsync();

                Assert.True(disturbed.HasDied);
                Assert.Equal(disturbed.Outside.UnsafeKeys.Distinct(), disturbed.Outside.UnsafeKeys);
                if (result.End == WalkEnd.Faulted)
                {
                    uncertain++;
                    Assert.Equal(StepFaults.InTheMiddle, Assert.Single(result.Incidents).Fault);
                    Assert.Single(result.Steps, step => step.Status == StepStatus.Uncertain);
                }
                else
                {
                    unharmed++;
                    Assert.Equal(expected.End, result.End);
                }
            }
        }

        Assert.True(uncertain > Seeds && unharmed > Seeds, $"{uncertain} uncertain, {unharmed} unharmed");
    }

    [Theory]
    [InlineData(StepEffect.Safe, false)]
    [InlineData(StepEffect.Safe, true)]
    [InlineData(StepEffect.Unsafe, false)]
    [InlineData(StepEffect.Unsafe, true)]
    public async Task WalkAsync_NodeDiesInTheEffect_RepeatsOnlyWhatIsSafe(StepEffect effect, bool afterIt)
    {
        using var death = new CancellationTokenSource();
        var outside = new Outside();
        var journal = new MemoryJournal();
        var document = Workflow(Sequence(Touch("mail", effect.ToString()), Line("line", "after")));
        outside.OnEffect = text =>
        {
            if (afterIt)
                outside.Effects.Add(text);
            death.Cancel();
            death.Token.ThrowIfCancellationRequested();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new TestRun(document, outside) { Journal = journal, Cancellation = death.Token }.WalkAsync());
        outside.OnEffect = null;
        var result = await new TestRun(document, outside) { Journal = journal }.WalkAsync();

        var mail = Assert.Single(result.Steps, step => step.ActivityId == "mail");
        if (effect == StepEffect.Safe)
        {
            Assert.Equal((WalkEnd.Finished, StepStatus.Completed, 2), (result.End, mail.Status, mail.Attempt));
            Assert.Equal(afterIt ? 2 : 1, outside.Effects.Count);
        }
        else
        {
            Assert.Equal((WalkEnd.Faulted, StepStatus.Uncertain), (result.End, mail.Status));
            Assert.Equal(StepFaults.InTheMiddle, Assert.Single(result.Incidents).Fault);
            Assert.Equal(afterIt ? 1 : 0, outside.Effects.Count);
        }
    }

    [Fact]
    public async Task WalkAsync_RunThatHasEnded_IsReplayedWithoutEffectOrChange()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new RandomRun(seed);
            var first = await random.ToEndAsync();
            if (first.End != WalkEnd.Finished)
                continue;
            var effects = random.Outside.Effects.Count;

            var again = await random.Run.WalkAsync();

            Assert.Equal(first.WrittenLines, again.WrittenLines);
            Assert.DoesNotContain(again.Steps, step => step.IsDirty);
            Assert.Equal(effects, random.Outside.Effects.Count);
        }
    }

    private static IEnumerable<RandomRun> Disturbed(int seed, int flushes, bool safeOnly = false)
    {
        for (var flush = 1; flush <= flushes; flush++)
        {
            yield return new(seed, safeOnly) { DieBeforeFlush = flush };
            yield return new(seed, safeOnly) { DieAfterFlush = flush };
        }
    }

    // Without the number of tries, which tells of the death.
    private static IEnumerable<string> Describe(WalkResult result) =>
        result.Steps.Select(step => $"{step.Seq} {step.NodeId} {step.Visit} {step.Status} {step.Wave} {string.Join(',', step.Outcomes ?? [])} {step.Output?.ToJsonString()}");
}
