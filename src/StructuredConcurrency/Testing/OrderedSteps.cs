using System.Runtime.CompilerServices;
using System.Text;

namespace StructuredConcurrency;

/// <summary>Lets a test say in which order its lines must be reached, across tasks and threads: 1, 2, 3 … and the last.</summary>
/// <remarks>
/// <code>
/// await OrderedSteps.RunAsync(async steps =>
/// {
///     await TaskGroup.RunAsync(async group =>
///     {
///         group.Start(async token => steps.Expect(2));
///         steps.Expect(1);
///     });
///     steps.Finish(3);
/// });
/// </code>
/// <para>A line reached at the wrong time throws there, and the error is not lost if the code around it catches it: every later call throws it again,
/// and so does <see cref="RunAsync"/> at the end.</para>
/// <para><b>Pitfall.</b> Steps fix the order that happened to come about on this run. Where two orders are right, as of siblings on the thread pool, expect
/// neither; or run the test on an event loop.</para>
/// <para>Not <see cref="IDisposable"/>: a <c>using</c> block cannot see that its body failed, and a missing <see cref="Finish"/> would hide the reason.</para>
/// <para>Counterpart: <c>expect</c>, <c>expectUnreached</c> and <c>finish</c> in the tests of Kotlin's coroutines.</para>
/// </remarks>
public sealed class OrderedSteps
{
    private readonly Lock _gate = new();
    private readonly List<string> _reached = [];
    private string? _failure;
    private bool _isFinished;

    /// <summary>Whether the last step was reached, in order, and nothing failed.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
                return _isFinished && _failure is null;
        }
    }

    /// <summary>Runs a test, and throws if it ends well without having reached its <see cref="Finish"/>.</summary>
    /// <param name="test">The test, called on the caller's stack.</param>
    /// <exception cref="OrderAssertionException">A step came out of order, or the last one was not reached. Exceptions of the test itself pass unchanged.</exception>
    public static async Task RunAsync(Func<OrderedSteps, Task> test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var steps = new OrderedSteps();
        await test(steps).ConfigureAwait(ScopeScheduler.Current is not null);
        steps.ThrowIfUnfinished();
    }

    /// <summary>Says: this line is reached as step <paramref name="step"/>.</summary>
    /// <param name="step">The step's number; the first is 1.</param>
    /// <param name="file">The caller's file, for the message: left to the compiler.</param>
    /// <param name="line">The caller's line, for the message: left to the compiler.</param>
    /// <exception cref="OrderAssertionException">Another step was due, or a step before failed.</exception>
    public void Expect(int step, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Reach(step, isLast: false, file, line);

    /// <summary>Says: this line is reached as step <paramref name="step"/>, and no step comes after it.</summary>
    /// <inheritdoc cref="Expect" />
    public void Finish(int step, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Reach(step, isLast: true, file, line);

    /// <summary>Says: this line is never reached.</summary>
    /// <param name="file">The caller's file, for the message: left to the compiler.</param>
    /// <param name="line">The caller's line, for the message: left to the compiler.</param>
    /// <exception cref="OrderAssertionException">Always.</exception>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void ExpectUnreached([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        lock (_gate)
            throw Fail($"{Place(file, line)} was reached, and never must be.");
    }

    private static string Place(string file, int line) => $"{file[(file.LastIndexOfAny(['/', '\\']) + 1)..]}:{line}";

    private void Reach(int step, bool isLast, string file, int line)
    {
        lock (_gate)
        {
            var due = _reached.Count + 1;
            if (_failure is not null)
                throw Fail(_failure);
            if (_isFinished)
                throw Fail($"Step {step} came at {Place(file, line)}, after the last step.");
            if (step != due)
                throw Fail($"Step {step} came at {Place(file, line)}; step {due} was due.");
            _reached.Add($"{step} at {Place(file, line)}");
            _isFinished = isLast;
        }
    }

    private void ThrowIfUnfinished()
    {
        lock (_gate)
        {
            if (_failure is not null)
                throw Fail(_failure);
            if (!_isFinished)
                throw Fail($"The test ended before its last step: Finish({_reached.Count + 1}) was due, or a step before it.");
        }
    }

    /// <summary>Called under the lock.</summary>
    private OrderAssertionException Fail(string message)
    {
        _failure ??= message; // the first is the cause of the others
        var text = new StringBuilder(_failure).Append(_reached.Count == 0 ? " No step had been reached." : " Reached so far:");
        foreach (var reached in _reached)
            text.Append("\n  ").Append(reached);
        return new OrderAssertionException(text.ToString());
    }
}
