namespace StructuredConcurrency;

/// <summary>Keeps every event of a program's scopes, in order: the story that timelines are drawn from and checks are made on.</summary>
/// <remarks>
/// <para>On disk a log is JSON Lines: a header line that names schema and version, then one flat object for each event
/// (see <see cref="ToJsonLines"/>). The same program under the same schedule writes the same bytes.</para>
/// <para>Adding and reading may happen at the same time, from any thread.</para>
/// </remarks>
public sealed class EventLog : IScopeObserver
{
    private readonly Lock _gate = new();
    private readonly List<ScopeEvent> _events = [];
    private readonly SortedDictionary<string, string> _properties = new(StringComparer.Ordinal);

    /// <summary>The events so far, in order: a copy.</summary>
    public IReadOnlyList<ScopeEvent> Events
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    /// <summary>How many events there are so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _events.Count;
        }
    }

    /// <summary>Facts about the whole run, such as its seed and clock: a copy.</summary>
    public IReadOnlyDictionary<string, string> Properties
    {
        get
        {
            lock (_gate)
                return new SortedDictionary<string, string>(_properties, StringComparer.Ordinal);
        }
    }

    /// <summary>Records a fact about the whole run.</summary>
    /// <param name="name">Its name; a second value under the same name replaces the first.</param>
    /// <param name="value">Its value.</param>
    public void SetProperty(string name, string value)
    {
        lock (_gate)
            _properties[name] = value;
    }

    /// <inheritdoc />
    public void OnEvent(in ScopeEvent scopeEvent)
    {
        lock (_gate)
            _events.Add(scopeEvent);
    }

    /// <summary>Writes the log as JSON Lines (UTF-8, line feeds).</summary>
    /// <returns>
    /// First <c>{"schema":"structured-concurrency/events","version":1,"properties":{…}}</c>, then a line for each event. Fields that an event
    /// does not have are left out; <c>time</c> and <c>deadline</c> are seconds since the start, exact to 100 ns.
    /// </returns>
    public string ToJsonLines() => EventLogJson.Write(Events, Properties);

    /// <summary>Writes <see cref="ToJsonLines"/> to a file.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    public void Save(string path) => File.WriteAllText(path, ToJsonLines());

    /// <summary>Draws the story as a tree of scopes and children: when each began and ended, how, and in the end why.</summary>
    public string ToTree() => EventTree.Draw(Events);

    /// <summary>Reads a log that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <remarks>A file that ends in the middle of an event is read up to there, and its property <c>cutOff</c> says where: <c>line 202</c>.</remarks>
    /// <exception cref="FormatException">The file is not such a log; the message names file, line and what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EventLog Load(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a log from the text that <see cref="ToJsonLines"/> made.</summary>
    /// <param name="jsonLines">The text.</param>
    /// <param name="source">How messages name the text; a file's path, say.</param>
    /// <remarks>A text that ends in the middle of an event is read up to there, as in <see cref="Load"/>.</remarks>
    /// <exception cref="FormatException">The text is not such a log; the message names source, line and what is wrong.</exception>
    public static EventLog Parse(string jsonLines, string source = "log")
    {
        ArgumentNullException.ThrowIfNull(jsonLines);
        var log = new EventLog();
        EventLogJson.Read(jsonLines, source, log);
        return log;
    }
}
