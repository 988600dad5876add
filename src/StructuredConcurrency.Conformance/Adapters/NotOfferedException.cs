namespace StructuredConcurrency.Conformance;

/// <summary>Says that an implementation lacks what a behaviour needs: the behaviour then counts as not offered, which is no failure.</summary>
public sealed class NotOfferedException : NotSupportedException
{
    private static readonly AsyncLocal<Note?> s_running = new();

    /// <summary>Says so, also to the behaviour that is running: a group under test may wrap or lose the exception.</summary>
    /// <param name="feature">What is lacking, in words that fit "… is not offered".</param>
    public NotOfferedException(string feature)
        : base($"{feature} is not offered")
    {
        Feature = feature;
        s_running.Value?.Take(feature);
    }

    /// <summary>What is lacking.</summary>
    public string Feature { get; }

    internal static Note Watch(bool onLoop) => s_running.Value = new Note(onLoop);

    /// <summary>The first thing that a running behaviour found lacking.</summary>
    internal sealed class Note(bool onLoop)
    {
        private readonly TaskCompletionSource<string> _feature = new(onLoop ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Taken => _feature.Task;

#pragma warning disable VSTHRD002 // it has ended: nothing is waited for
        public string? Feature => _feature.Task.IsCompleted ? _feature.Task.Result : null;
#pragma warning restore VSTHRD002

        public void Take(string feature) => _feature.TrySetResult(feature);
    }
}
