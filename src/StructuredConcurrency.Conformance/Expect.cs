using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Conformance;

/// <summary>What checks ask, with answers that a learner can read.</summary>
/// <remarks>Where somebody takes the answers (<see cref="Behaviour.AnswerAsync"/>), nothing is compared here: it is told what was found, and the check goes on as far as it can.</remarks>
internal static class Expect
{
    private static readonly AsyncLocal<Action<Answer>?> s_taker = new();

    /// <summary>From here down answers are told, and not judged.</summary>
    public static void Tell(Action<Answer> taker) => s_taker.Value = taker;

    /// <param name="holds">What must hold.</param>
    /// <param name="otherwise">What happened if it does not, as a sentence.</param>
    /// <param name="question">Set by the compiler.</param>
    public static void That(bool holds, string otherwise, [CallerArgumentExpression(nameof(holds))] string question = "")
    {
        if (!IsTold(question, holds ? "yes" : otherwise) && !holds)
            throw new BehaviourFailedException(otherwise);
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!IsTold(what, Show(actual)) && !EqualityComparer<T>.Default.Equals(expected, actual))
            throw new BehaviourFailedException($"{what}: expected {Show(expected)}, but it was {Show(actual)}.");
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (wanted, got) = (expected.ToList(), actual.ToList());
        if (!IsTold(what, $"[{string.Join(", ", got)}]") && !wanted.SequenceEqual(got))
            throw new BehaviourFailedException($"{what}: expected [{string.Join(", ", wanted)}], but it was [{string.Join(", ", got)}].");
    }

    public static T Throws<T>(Action act, string what)
        where T : Exception
    {
        try
        {
            act();
        }
        catch (Exception e)
        {
            return As<T>(e, what);
        }

        throw Missing<T>(what);
    }

    public static async Task<T> ThrowsAsync<T>(Func<Task> act, string what)
        where T : Exception
    {
        try
        {
            await act();
        }
        catch (Exception e)
        {
            return As<T>(e, what);
        }

        throw Missing<T>(what);
    }

    /// <summary>A group must fail; these are its errors.</summary>
    public static async Task<IReadOnlyList<Exception>> FailsAsync(Func<Task> group, string what = "RunAsync") =>
        (await ThrowsAsync<AggregateException>(group, what)).InnerExceptions;

    /// <summary>A group must fail with exactly these messages of <see cref="Boom"/>, in this order.</summary>
    public static async Task FailsWithAsync(Func<Task> group, params string[] messages)
    {
        var errors = await FailsAsync(group);
        if (IsTold("the group's errors", Describe(errors)))
            return;
        if (!errors.All(e => e is Boom) || !errors.Select(e => e.Message).SequenceEqual(messages))
            throw new BehaviourFailedException($"the group's errors: expected [{string.Join(", ", messages.Select(m => $"Boom '{m}'"))}], but they were {Describe(errors)}.");
    }

    /// <summary>Exactly one error, of this type.</summary>
    public static T Single<T>(IReadOnlyList<Exception> errors, string what = "the group's errors")
        where T : Exception
    {
        IsTold(what, errors is [T] ? $"exactly one {typeof(T).Name}" : Describe(errors));
        if (errors is [T only])
            return only;
        throw new BehaviourFailedException($"{what}: expected exactly one {typeof(T).Name}, but they were {Describe(errors)}.");
    }

    /// <summary>The caller's cancellation must come out, as the caller's.</summary>
    public static async Task CancelledAsync(Func<Task> act, CancellationToken token, string what = "RunAsync")
    {
        var cancelled = await ThrowsAsync<OperationCanceledException>(act, what);
        That(cancelled.CancellationToken == token, $"{what} ended with an OperationCanceledException, as it should, but the exception carries another token than the caller's.");
    }

    public static string Describe(Exception e) => e switch
    {
        AggregateException group => $"{group.GetType().Name} {Describe(group.InnerExceptions)}",
        _ => $"{e.GetType().Name} '{e.Message}'",
    };

    public static string Describe(IEnumerable<Exception> errors) => $"[{string.Join(", ", errors.Select(Describe))}]";

    private static bool IsTold(string question, string given)
    {
        s_taker.Value?.Invoke(new Answer(question, given));
        return s_taker.Value is not null;
    }

    private static T As<T>(Exception e, string what)
        where T : Exception
    {
        if (e is BehaviourFailedException)
            throw e;
        IsTold(what, e is T ? Thrown(WithArticle(typeof(T).Name)) : Thrown(Describe(e)));
        return e as T ?? throw new BehaviourFailedException($"{what}: expected {WithArticle(typeof(T).Name)}, but {Thrown(Describe(e))}.");
    }

    private static BehaviourFailedException Missing<T>(string what)
    {
        IsTold(what, Thrown("nothing"));
        return new($"{what}: expected {WithArticle(typeof(T).Name)}, but {Thrown("nothing")}.");
    }

    private static string Thrown(string what) => $"{what} was thrown";

    private static string WithArticle(string name) => "AEIO".Contains(name[0], StringComparison.Ordinal) ? $"an {name}" : $"a {name}";

    private static string Show<T>(T value) => value switch
    {
        null => "nothing",
        string text => $"'{text}'",
        _ => value.ToString() ?? "",
    };
}
