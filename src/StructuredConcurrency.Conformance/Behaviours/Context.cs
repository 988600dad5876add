using System.Text.RegularExpressions;

namespace StructuredConcurrency.Conformance;

/// <summary>What flows into children, where code runs, and what things are called.</summary>
internal static partial class Context
{
    public static IReadOnlyList<Behaviour> Behaviours { get; } =
    [
        Of("49", "a child sees AsyncLocals as of its Start, and its writes do not come back", async x =>
        {
            var local = new AsyncLocal<string> { Value = "at start" };
            var seen = "";
            await x.Groups.RunAsync(async g =>
            {
                g.Start(async _ =>
                {
                    seen = local.Value;
                    local.Value = "child's";
                    await Task.Yield();
                });
                local.Value = "later";
                await Trial.SettleAsync();
                Expect.Equal("later", local.Value, "what the body sees after the child's write");
            });
            Expect.Equal("at start", seen, "what the child saw");
        }),
        Of("50", "nothing is posted to the caller's SynchronizationContext by the group, and no child runs on it; on an event loop children stay on the loop", async x =>
        {
            if (x.OnLoop)
            {
                var thread = Environment.CurrentManagedThreadId;
                var childThreads = new List<int>();
                await x.GroupAsync(g => g.Start(async _ =>
                {
                    childThreads.Add(Environment.CurrentManagedThreadId);
                    await Task.Yield();
                    childThreads.Add(Environment.CurrentManagedThreadId);
                }));
                Expect.Sequence([thread, thread], childThreads, "the threads on which the child ran");
                return;
            }

            var context = new CountingContext();
            SynchronizationContext? childContext = context;
            var release = new Signal();
            Task run;
            var before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                run = x.GroupAsync(g => g.Start(async _ =>
                {
                    childContext = SynchronizationContext.Current;
                    await release.Task;
                }));
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }

            release.Set();
            await run;
            Expect.Equal(0, context.Posts, "posts to the caller's context");
            Expect.That(childContext != context, "the child ran on the caller's context.");
        }),
        Of("51", "children are named task-N unless a name is given, and each name is unique in the group", x => x.Groups.RunAsync(g =>
        {
            var names = new[] { g.Start(_ => Task.CompletedTask).Name, g.Start(_ => Task.CompletedTask, "C1").Name, g.Start(_ => Task.CompletedTask).Name };
            Expect.Equal("C1", names[1], "the name of a child that was given one");
            Expect.That(
                names[0] != names[2] && TaskNumber().IsMatch(names[0]) && TaskNumber().IsMatch(names[2]),
                $"the names of unnamed children should be task-1, task-2 and so on, each once, but are '{names[0]}' and '{names[2]}'.");
            return Task.CompletedTask;
        })),
        Of("S27", "the body is called on the caller's stack before RunAsync returns, and its own awaits keep the caller's context", async x =>
        {
            if (x.OnLoop)
            {
                var onStack = false;
                var loop = Environment.CurrentManagedThreadId;
                var run = x.Groups.RunAsync(async _ =>
                {
                    onStack = true;
                    await Task.Yield();
                    Expect.Equal(loop, Environment.CurrentManagedThreadId, "the thread of the body after an await");
                });
                Expect.That(onStack, "RunAsync returned before the body was called.");
                await run;
                return;
            }

            var context = new CountingContext();
            var thread = 0;
            var called = false;
            SynchronizationContext? after = null;
            Task group;
            var before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                thread = Environment.CurrentManagedThreadId;
                group = x.Groups.RunAsync(async _ =>
                {
                    called = Environment.CurrentManagedThreadId == thread;
                    await Task.Yield();
                    after = SynchronizationContext.Current;
                });
                Expect.That(called, "RunAsync returned before the body was called, or called it on another thread.");
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }

            await group;
            Expect.That(after == context, "after an await the body was no longer on its caller's context.");
        }),
    ];

    private static Behaviour Of(string id, string name, Func<Trial, Task> check) => new(Concept.Context, id, name, check);

    [GeneratedRegex(@"^task-\d+$", RegexOptions.ExplicitCapture)]
    private static partial Regex TaskNumber();

    /// <summary>Runs what is posted to it on the thread pool, as itself.</summary>
    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => _posts;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            ThreadPool.QueueUserWorkItem(_ =>
            {
                SetSynchronizationContext(this);
                try
                {
                    d(state);
                }
                finally
                {
                    SetSynchronizationContext(null);
                }
            });
        }
    }
}
