using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 01: a small library whose books are counted once a year.</summary>
/// <remarks>All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Who counts when is the program's own affair.</remarks>
public sealed class VillageLibrary
{
    /// <summary>How the line begins that <see cref="HandIn"/> writes into the log.</summary>
    public const string SheetMark = "SHEET";

    private readonly VillageLibrarySettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>Opens the library; its clock starts now.</summary>
    /// <param name="settings">What stands on its shelves.</param>
    public VillageLibrary(VillageLibrarySettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>How many shelves there are; they are numbered from 1.</summary>
    public int ShelfCount => _settings.Books.Count;

    /// <summary>The library's clock, for delays of your own: <c>Task.Delay(time, library.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Counts the books on a shelf: 20 to 100 ms, some shelves longer than others.</summary>
    /// <param name="shelf">The shelf's number, from 1 to <see cref="ShelfCount"/>.</param>
    /// <param name="token">Ends the counting at once.</param>
    /// <returns>How many books stand there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shelf.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<int> CountAsync(int shelf, CancellationToken token)
    {
        if (shelf < 1 || shelf > ShelfCount)
            throw new ArgumentOutOfRangeException(nameof(shelf), $"There is no shelf {shelf}: the last one is shelf {ShelfCount}.");
        await _work.ProcessAsync(shelf, token);
        return _settings.Books[shelf - 1];
    }

    /// <summary>Hands in the sheet with the counts: the end of the day. Takes no time.</summary>
    /// <param name="counts">One number for each shelf, the first for shelf 1.</param>
    public void HandIn(IEnumerable<int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        _work.Print(string.Join(' ', counts.Select(count => $"{count}").Prepend(SheetMark)));
    }

    /// <summary>Prints a line, with the seconds since the library opened behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");
}
