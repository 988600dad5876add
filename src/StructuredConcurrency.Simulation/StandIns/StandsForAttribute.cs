using System.ComponentModel;

namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Names the type whose members a class stands in for, in code that was rewritten to run on an <see cref="EventLoop"/>.</summary>
/// <remarks>
/// A static member stands for its namesake; an extension method <c>XOnLoop</c> for the instance method <c>X</c>, or for the extension method
/// where the type is static; a constructor, or a static method <c>New</c>, for a constructor. Always with the same parameters.
/// </remarks>
/// <param name="original">The type.</param>
[AttributeUsage(AttributeTargets.Class), EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StandsForAttribute(Type original) : Attribute
{
    /// <summary>The type.</summary>
    public Type Original { get; } = original;

    /// <summary>Whether the class stands for the whole type, wherever it is named, and not only for some of its members.</summary>
    public bool Entirely { get; init; }
}
