using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// The error of a task that nobody awaits is told to nobody: the program goes on as if all were well.
/// Only when the garbage collector finds the task does an event say so, which few listen to.
/// </summary>
public sealed class Trap14_FireAndForgetIsSilent
{
    internal static async Task<string> Trap()
    {
        _ = SaveOrder();
        return "thank you for your order";
    }

    internal static Task<string> Answer() => TaskGroup.RunAsync(async group =>
    {
        group.Start(_ => SaveOrder());
        return "thank you for your order";
    });

    [Fact]
    public async Task Trap_SavingFails_EndsWellAndOnlyTheCollectorFindsTheError()
    {
        var found = new TaskCompletionSource();
        EventHandler<UnobservedTaskExceptionEventArgs> listener = (_, e) =>
        {
            if (e.Exception.InnerException is DiskFullException)
                found.TrySetResult();
        };
        TaskScheduler.UnobservedTaskException += listener;
        try
        {
            RunTrap();
            Assert.False(found.Task.IsCompleted);
            for (var i = 0; i < 100 && !found.Task.IsCompleted; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= listener;
        }

        Assert.True(found.Task.IsCompleted);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void RunTrap() => Assert.Equal("thank you for your order", Trap().GetAwaiter().GetResult());
    }

    [Fact]
    public async Task Answer_SavingFails_IsReported() =>
        Assert.True((await Assert.ThrowsAsync<TaskGroupException>(Answer)).Contains<DiskFullException>());

    private static async Task SaveOrder() => throw new DiskFullException();

    private sealed class DiskFullException : IOException;
}
