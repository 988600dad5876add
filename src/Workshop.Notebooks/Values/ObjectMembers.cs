using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Workshop.Notebooks;

/// <summary>The public members by which an object is shown, when it does not show itself.</summary>
internal sealed class ObjectMembers
{
    // Weak keys would be for types that unload; a session's types never do.
    private static readonly ConcurrentDictionary<Type, ObjectMembers?> s_known = new();

    private readonly List<(string Name, Func<object, object?> Get)> _members = [];

    private ObjectMembers(Type type)
    {
        IsAnonymous = type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && type.Name.Contains("AnonymousType", StringComparison.Ordinal);
        foreach (var member in type.GetMembers(BindingFlags.Instance | BindingFlags.Public).OrderBy(DepthOf).ThenBy(member => member.MetadataToken))
        {
            if (_members.Exists(known => known.Name == member.Name))
                continue; // Hidden by a member of a type further down.
            if (member is PropertyInfo { CanRead: true, GetMethod.IsPublic: true } property && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRef && !property.PropertyType.IsByRefLike)
                _members.Add((property.Name, property.GetValue));
            else if (member is FieldInfo field && !field.FieldType.IsPointer)
                _members.Add((field.Name, field.GetValue));
        }

        // Base types first, as a record prints itself.
        int DepthOf(MemberInfo member)
        {
            var depth = 0;
            for (var t = member.DeclaringType?.BaseType; t is not null; t = t.BaseType)
                depth++;
            return depth;
        }
    }

    public bool IsAnonymous { get; }

    public int Count => _members.Count;

    public IEnumerable<string> Names => _members.Select(member => member.Name);

    /// <summary>The members of <paramref name="type"/>, or <c>null</c> when its values are shown by their ToString.</summary>
    public static ObjectMembers? Of(Type type) => s_known.GetOrAdd(type, static type => IsShownByMembers(type) ? new ObjectMembers(type) : null);

    /// <summary>Reads all members; one whose getter throws gives an <see cref="Unreadable"/>.</summary>
    public IEnumerable<(string Name, object? Value)> Read(object instance)
    {
        foreach (var (name, get) in _members)
        {
            object? value;
            try
            {
                value = get(instance);
            }
            catch (TargetInvocationException exception)
            {
                value = new Unreadable(exception.InnerException ?? exception);
            }
            catch (NotSupportedException exception)
            {
                value = new Unreadable(exception);
            }
            yield return (name, value);
        }
    }

    private static bool IsShownByMembers(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || typeof(IFormattable).IsAssignableFrom(type) || typeof(IEnumerable).IsAssignableFrom(type)
            || typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type) || typeof(Task).IsAssignableFrom(type)
            || typeof(Exception).IsAssignableFrom(type) || typeof(WaitHandle).IsAssignableFrom(type) || typeof(Stream).IsAssignableFrom(type) || typeof(ITuple).IsAssignableFrom(type))
        {
            return false;
        }
        // "async IAsyncEnumerable<int> Count()": what an iterator has for members is the compiler's business.
        if (type.Name.StartsWith('<') && !type.Name.Contains("AnonymousType", StringComparison.Ordinal))
            return false;
        var toString = type.GetMethod(nameof(ToString), Type.EmptyTypes);
        // Nobody wrote a ToString: neither the type's author nor, for a record, anyone but the compiler.
        return toString is null || toString.DeclaringType == typeof(object) || toString.DeclaringType == typeof(ValueType)
            || toString.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            || toString.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);
    }

    /// <summary>Stands where a value would, whose getter threw.</summary>
    internal sealed record Unreadable(Exception Exception)
    {
        public override string ToString() => $"<threw {CSharpTypeName.Of(Exception.GetType())}>";
    }
}
