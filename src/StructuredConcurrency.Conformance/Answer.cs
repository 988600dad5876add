namespace StructuredConcurrency.Conformance;

/// <summary>One thing that a behaviour found out about an implementation, not yet compared with anything.</summary>
/// <param name="Question">What was asked: <c>the group's errors</c>.</param>
/// <param name="Given">What was found: <c>[Boom 'a']</c>. Where the question is one of yes or no: <c>yes</c>, or in a sentence what is wrong instead.</param>
public readonly record struct Answer(string Question, string Given)
{
    /// <summary>Between question and answer, in words.</summary>
    public const string Sign = " → ";

    /// <summary>The last question of each behaviour.</summary>
    public const string End = "how it ends";

    /// <inheritdoc />
    public override string ToString() => $"{Question}{Sign}{Given}";
}
