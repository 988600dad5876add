using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using StructuredConcurrency.Timelines;

namespace Workshop.Gallery;

/// <summary>One picture of the gallery: a small program that does one thing, and what to look for.</summary>
/// <param name="Name">Its file's name, without an ending.</param>
/// <param name="Heading">What it is called.</param>
/// <param name="LookFor">One sentence: what to see in it.</param>
/// <param name="Draw">Runs it and draws the picture, the text and the page.</param>
internal sealed record GalleryStory(string Name, string Heading, string LookFor, Func<GalleryPicture> Draw)
{
    /// <summary>A program on the event loop: the same picture on every machine.</summary>
    public static GalleryStory Of(string name, string heading, string lookFor, Func<Task> program) =>
        new(name, heading, lookFor, () => GalleryPicture.Of(Timeline.From(Run(heading, program))));

    public static EventLog Run(string title, Func<Task> program, ISchedulePicker? picker = null)
    {
        var log = EventLoop.Run(program, new EventLoopOptions { Seed = 1, Picker = picker, MaxVirtualTime = TimeSpan.FromMinutes(1) }).Log;
        log.SetProperty("title", title);
        return log;
    }
}

/// <summary>A story as it is drawn.</summary>
internal sealed record GalleryPicture(string Caption, string Svg, string Text, string Page)
{
    public static GalleryPicture Of(Timeline timeline) => new(timeline.Caption, timeline.ToSvg(), timeline.ToText(), timeline.ToHtml());

    public static GalleryPicture Of(TimelineComparison comparison) => new(comparison.Caption, comparison.ToSvg(), comparison.ToText(), comparison.ToHtml());
}
