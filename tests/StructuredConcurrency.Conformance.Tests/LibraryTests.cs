namespace StructuredConcurrency.Conformance.Tests;

public sealed class TaskGroupOnLoopTests() : TaskGroupTests(Floors.Loop);

public sealed class TaskGroupOnThreadPoolTests() : TaskGroupTests(Floors.ThreadPool);

public sealed class TimeoutScopeOnLoopTests() : TimeoutScopeTests(Floors.Loop);

public sealed class TimeoutScopeOnThreadPoolTests() : TimeoutScopeTests(Floors.ThreadPool);

public sealed class ShieldOnLoopTests() : ShieldTests(Floors.Loop);

public sealed class ShieldOnThreadPoolTests() : ShieldTests(Floors.ThreadPool);

public sealed class FifoQueueOnLoopTests() : FifoQueueTests(Floors.Loop);

public sealed class FifoQueueOnThreadPoolTests() : FifoQueueTests(Floors.ThreadPool);

public sealed class LifoQueueOnLoopTests() : LifoQueueTests(Floors.Loop);

public sealed class LifoQueueOnThreadPoolTests() : LifoQueueTests(Floors.ThreadPool);

public sealed class PriorityQueueOnLoopTests() : PriorityQueueTests(Floors.Loop);

public sealed class PriorityQueueOnThreadPoolTests() : PriorityQueueTests(Floors.ThreadPool);

public abstract class TaskGroupTests(Floor floor) : LibraryTests(floor)
{
    public static IEnumerable<ITheoryDataRow> Behaviours => Rows(b => b.Concept is Concept.TaskGroup or Concept.NestedGroups or Concept.Context);

    [Theory]
    [MemberData(nameof(Behaviours))]
    public Task Library(int behaviour) => ConformsAsync(behaviour);
}

public abstract class TimeoutScopeTests(Floor floor) : LibraryTests(floor)
{
    public static IEnumerable<ITheoryDataRow> Behaviours => Rows(b => b.Concept == Concept.TimeoutScope);

    [Theory]
    [MemberData(nameof(Behaviours))]
    public Task Library(int behaviour) => ConformsAsync(behaviour);
}

public abstract class ShieldTests(Floor floor) : LibraryTests(floor)
{
    public static IEnumerable<ITheoryDataRow> Behaviours => Rows(b => b.Concept == Concept.Shield);

    [Theory]
    [MemberData(nameof(Behaviours))]
    public Task Library(int behaviour) => ConformsAsync(behaviour);
}

public abstract class FifoQueueTests(Floor floor) : LibraryTests(floor)
{
    public static IEnumerable<ITheoryDataRow> Behaviours => Rows(b => b.Order == QueueOrder.Fifo);

    [Theory]
    [MemberData(nameof(Behaviours))]
    public Task Library(int behaviour) => ConformsAsync(behaviour);
}

public abstract class LifoQueueTests(Floor floor) : LibraryTests(floor)
{
    public static IEnumerable<ITheoryDataRow> Behaviours => Rows(b => b.Order == QueueOrder.Lifo);

    [Theory]
    [MemberData(nameof(Behaviours))]
    public Task Library(int behaviour) => ConformsAsync(behaviour);
}

public abstract class PriorityQueueTests(Floor floor) : LibraryTests(floor)
{
    public static IEnumerable<ITheoryDataRow> Behaviours => Rows(b => b.Order == QueueOrder.Priority);

    [Theory]
    [MemberData(nameof(Behaviours))]
    public Task Library(int behaviour) => ConformsAsync(behaviour);
}

public sealed class RandomScheduleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Library_OnALoopThatChoosesAtRandom_ConformsUnderEverySchedule(ulong seed)
    {
        var report = await ConformanceSuite.RunAsync(Implementation.Library, Floors.RandomLoop(seed));
        Assert.True(report.Conforms, report.ToTable());
    }
}

/// <summary>This repository's library, put through every behaviour. A case is called what the behaviour says.</summary>
public abstract class LibraryTests(Floor floor)
{
    private protected static IEnumerable<ITheoryDataRow> Rows(Func<Behaviour, bool> which) =>
        ConformanceSuite.Behaviours.Index().Where(b => which(b.Item)).Select(b => new TheoryDataRow<int>(b.Index) { TestDisplayName = b.Item.ToString(), Label = "" });

    private protected async Task ConformsAsync(int behaviour)
    {
        var result = await ConformanceSuite.Behaviours[behaviour].RunAsync(Implementation.Library, floor);
        Assert.True(result.Verdict == Verdict.Passed, $"{result.Verdict}: {result.Reason}");
    }
}
