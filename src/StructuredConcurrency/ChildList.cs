using System.Collections;

namespace StructuredConcurrency;

/// <summary>The running children of a group, in start order: a list whose links are in the children, so that adding and removing costs nothing to speak of.</summary>
internal struct ChildList : IEnumerable<ChildTask>
{
    private ChildTask? _first;
    private ChildTask? _last;

    public int Count { get; private set; }

    public void Add(ChildTask child)
    {
        child.Previous = _last;
        if (_last is null)
            _first = child;
        else
            _last.Next = child;
        _last = child;
        child.IsActive = true;
        Count++;
    }

    public void Remove(ChildTask child)
    {
        if (child.Previous is null)
            _first = child.Next;
        else
            child.Previous.Next = child.Next;
        if (child.Next is null)
            _last = child.Previous;
        else
            child.Next.Previous = child.Previous;
        child.Previous = child.Next = null; // a handle that is kept must not keep its neighbours
        child.IsActive = false;
        Count--;
    }

    public readonly IEnumerator<ChildTask> GetEnumerator()
    {
        for (var child = _first; child is not null; child = child.Next)
            yield return child;
    }

    readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
