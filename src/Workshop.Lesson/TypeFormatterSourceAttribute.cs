namespace Workshop.Lesson;

/// <summary>Names the class that shows values of a type in notebooks: a convention that engines look for by this name, so that nobody needs a reference to any of them.</summary>
/// <param name="formatterSourceType">The class to ask for <c>CreateTypeFormatters()</c>; it has a constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The class to ask.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The forms to offer, best first.</summary>
    public string[]? PreferredMimeTypes { get; set; }
}
