namespace StructuredConcurrency.Timelines;

/// <summary>Names the class that shows values of a type in notebooks.</summary>
/// <remarks>
/// A convention, not a reference: .NET Interactive, and any engine that follows it, looks for an attribute of this name, asks the source for
/// <c>CreateTypeFormatters()</c>, and finds on what that returns <c>string MimeType</c> and <c>bool Format(object, TextWriter)</c>.
/// </remarks>
/// <param name="formatterSourceType">The class to ask; it has a constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The class to ask.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The forms to offer, best first.</summary>
    public string[]? PreferredMimeTypes { get; set; }
}
