namespace StructuredConcurrency.Simulation;

/// <summary>Where other threads leave what must run on the loop. Nearly always empty, and then it costs the loop next to nothing.</summary>
internal sealed class Inbox
{
    private readonly Queue<Work> _arrived = new(0);
    private volatile bool _isFilled;

    public bool IsEmpty => !_isFilled;

    public void Add(in Work work)
    {
        lock (_arrived)
        {
            _arrived.Enqueue(work);
            _isFilled = true;
        }
    }

    public void MoveTo(ReadyQueue ready)
    {
        lock (_arrived)
        {
            while (_arrived.TryDequeue(out var work))
                ready.Add(work);
            _isFilled = false;
        }
    }
}
