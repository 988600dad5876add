using System.Threading.Channels;
using Checks;
using Grader;

namespace Workshop;

/// <summary><c>workshop check --watch</c>: answers after every save, until it is told to stop.</summary>
internal sealed class WatchView
{
    // An editor writes a file in several steps; a flood of saves is answered once it pauses, or after a while.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan s_longestFlood = TimeSpan.FromMilliseconds(600);

    private readonly CheckOptions _options;
    private readonly Func<ExerciseInfo, CancellationToken, Task<CheckReport>> _check;
    private readonly Channel<char> _keys = Channel.CreateUnbounded<char>();
    private readonly Channel<bool> _saves = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }); // one or a thousand: the file is read once
    private readonly bool _follows;
    private ExerciseInfo _exercise;
    private ExerciseInfo? _saved;
    private string? _judged;

    /// <param name="exercise">The one to stay with until a key says otherwise; <see langword="null"/>: it begins with the first that is not passed, and goes to whichever is saved.</param>
    /// <param name="options">How to check.</param>
    /// <param name="check">Checks an exercise and shows what came of it.</param>
    public WatchView(ExerciseInfo? exercise, CheckOptions options, Func<ExerciseInfo, CancellationToken, Task<CheckReport>> check)
    {
        (_options, _check) = (options, check);
        _follows = exercise is null;
        _exercise = exercise ?? NextOpen(null) ?? Exercises.All[0];
    }

    /// <summary>Watches until <c>q</c>.</summary>
    /// <param name="manually">Only the keys, for where file watching does not work.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(bool manually, CancellationToken token)
    {
        new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
        using var watcher = manually ? null : TryWatch();
        var key = 'r';
        while (key != 'q')
        {
            switch (key)
            {
                case 'r':
                    await CheckAsync(token);
                    break;
                case 'h':
                    ShowHint();
                    break;
                case 'l':
                    ProgressVerb.Print(Standing.Of(Exercises.All, _options.Root!));
                    break;
                case 'n' when NextOpen(_exercise) is { } next:
                    _exercise = next;
                    await CheckAsync(token);
                    break;
                case 'n':
                    Console.WriteLine("There is no other exercise left: all the others are passed.");
                    break;
                case 's' when IsNew():
                    await CheckAsync(token);
                    break;
                case 's':
                    key = await NextAsync(token);
                    continue;
            }

            Console.WriteLine($"\n[{_exercise.Number}] {(watcher is null ? "" : "save the file, or ")}r run, h hint, n next, l list, q quit");
            key = await NextAsync(token);
        }
    }

    private async Task CheckAsync(CancellationToken token)
    {
        _judged = Read(_exercise); // before the check reads it: what is saved meanwhile is another text
        CheckReport report;
        try
        {
            report = await _check(_exercise, token);
        }
        catch (GraderInputException e)
        {
            Console.WriteLine(e.Message); // moved, or being written: the next save brings it back
            return;
        }

        if (report.Verdict != Verdict.Pass)
            return;
        Console.WriteLine(NextOpen(_exercise) is { } next
            ? $"Exercise {_exercise.Number} is done. Press n for {next.Number} {next.Title}."
            : "Every exercise is passed: you are done.");
    }

    private void ShowHint()
    {
        try
        {
            HintVerb.ShowNext(_exercise);
        }
        catch (InputException e)
        {
            Console.WriteLine(e.Message);
        }
    }

    /// <summary>The next key, or <c>s</c> when the file was saved.</summary>
    private async Task<char> NextAsync(CancellationToken token)
    {
        while (true)
        {
            if (_keys.Reader.TryRead(out var key))
                return key;
            if (_saves.Reader.TryRead(out _))
            {
                await LetTheFloodPassAsync(token);
                return 's';
            }

            using var other = CancellationTokenSource.CreateLinkedTokenSource(token);
            var keyPressed = _keys.Reader.WaitToReadAsync(other.Token).AsTask();
            var saved = _saves.Reader.WaitToReadAsync(other.Token).AsTask();
            await Task.WhenAny(keyPressed, saved);
            await other.CancelAsync();
            token.ThrowIfCancellationRequested();
        }
    }

    private async Task LetTheFloodPassAsync(CancellationToken token)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        do
            await Task.Delay(s_pause, token);
        while (_saves.Reader.TryRead(out _) && System.Diagnostics.Stopwatch.GetElapsedTime(since) < s_longestFlood);
    }

    /// <summary>The first exercise behind this one that is not passed, or else the first at all.</summary>
    private ExerciseInfo? NextOpen(ExerciseInfo? from)
    {
        var open = Standing.Of(Exercises.All, _options.Root!).Where(standing => !standing.IsDone && standing.Exercise != from).Select(standing => standing.Exercise).ToList();
        return open.Find(exercise => from is null || string.CompareOrdinal(exercise.Slug, from.Slug) > 0) ?? open.FirstOrDefault();
    }

    /// <summary>Whether what was saved is another text than was judged last.</summary>
    private bool IsNew()
    {
        var saved = Interlocked.Exchange(ref _saved, null);
        if (Read(_exercise) is { } text && text != _judged)
            return true;
        if (!_follows || saved is null || saved == _exercise || Read(saved) is null)
            return false;
        _exercise = saved;
        return true;
    }

    private string? Read(ExerciseInfo exercise)
    {
        try
        {
            return File.ReadAllText(exercise.FilePath(_options.Root!));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileSystemWatcher? TryWatch()
    {
        try
        {
            var watcher = new FileSystemWatcher(Path.Combine(_options.Root!, "exercises"), "*.cs") { IncludeSubdirectories = true };
            watcher.Changed += (_, e) => Saved(e.FullPath);
            watcher.Created += (_, e) => Saved(e.FullPath);
            watcher.Renamed += (_, e) => Saved(e.FullPath); // some editors write a new file and give it the old one's name
            watcher.Error += (_, _) => _saves.Writer.TryWrite(true); // more events than it can hold: look at the file
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            Console.WriteLine($"Files cannot be watched here ({e.Message.TrimEnd('.')}): press r after a save.");
            return null;
        }
    }

    private void Saved(string path)
    {
        if (Exercises.All.FirstOrDefault(exercise => exercise.FilePath(_options.Root!) == path) is { } exercise)
            _saved = exercise;
        _saves.Writer.TryWrite(true);
    }

    private void ReadKeys()
    {
        while (true)
        {
            var key = Console.IsInputRedirected ? Console.In.Read() : Console.ReadKey(intercept: true).KeyChar;
            if (key < 0)
                return; // nobody is there to press one: saves are answered all the same
            if (char.ToLowerInvariant((char)key) is var pressed and ('r' or 'h' or 'n' or 'l' or 'q'))
                _keys.Writer.TryWrite(pressed);
        }
    }
}
