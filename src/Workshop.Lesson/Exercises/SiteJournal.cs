using System.Net;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>Stands between a crawler's client and the site, and writes down every request: when it began, how it ended, how many were under way.</summary>
/// <remarks>
/// A request is under way from the moment when it is sent until its whole page has come, or it was answered with an error, or broke, or was left: a page whose
/// headers have come is still being sent.
/// </remarks>
public sealed class SiteJournal : DelegatingHandler
{
    /// <summary>How the line begins that tells of a connection that broke; the path follows.</summary>
    public const string Dropped = "DROPPED";

    /// <summary>How the line begins that tells of a request that was cut short by its token; the path follows.</summary>
    public const string Stopped = "STOPPED";

    /// <summary>How the line begins that tells of a page whose headers had come and that nobody read to its end; the path follows.</summary>
    public const string Left = "LEFT";

    /// <summary>How the mark begins that tells of a crawler that had the headers first, and reads the page only now; the path follows.</summary>
    public const string Reading = "READING";

    private readonly Uri _start;
    private readonly Action<string> _print;
    private readonly LoopBridge _home = LoopBridge.FromHere();
    private readonly Lock _gate = new();
    private int _underWay;

    /// <summary>Begins a journal.</summary>
    /// <param name="start">Address of the first page.</param>
    /// <param name="network">What the requests go to.</param>
    /// <param name="print">Receives a line for each request that has ended: <c>200 /heron</c>.</param>
    public SiteJournal(Uri start, HttpMessageHandler network, Action<string> print)
        : base(network) => (_start, _print) = (start, print);

    /// <summary>How many requests there were.</summary>
    public int Requests { get; private set; }

    /// <summary>How many were under way at once, at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>What the journal calls an address: its path, or all of it where it is somebody else's.</summary>
    /// <param name="uri">The address.</param>
    public string NameOf(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return !uri.IsAbsoluteUri ? uri.OriginalString : _start.IsBaseOf(uri) ? uri.PathAndQuery : uri.AbsoluteUri;
    }

    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        var here = LoopBridge.FromHere();
        var bridge = here.LeadsToALoop ? here : _home;
        return bridge.CallAsync(() => ObserveAsync(new Entry(this, NameOf(request.RequestUri!)), request, bridge, cancellationToken));
    }

    private async Task<HttpResponseMessage> ObserveAsync(Entry entry, HttpRequestMessage request, LoopBridge bridge, CancellationToken token)
    {
        try
        {
            var response = await base.SendAsync(request, token);
            if (response.StatusCode == HttpStatusCode.OK)
                response.Content = new ObservedContent(response.Content, entry, bridge);
            else
                entry.End($"{(int)response.StatusCode}", ScopeOutcome.Faulted);
            return response;
        }
        catch (Exception e)
        {
            entry.EndWith(e, token);
            throw;
        }
    }

    /// <summary>One request.</summary>
    private sealed class Entry
    {
        private readonly SiteJournal _journal;
        private bool _ended;

        public Entry(SiteJournal journal, string name)
        {
            (_journal, Name) = (journal, name);
            lock (journal._gate)
            {
                journal.Requests++;
                journal.MostAtOnce = Math.Max(journal.MostAtOnce, ++journal._underWay);
            }

            ScopeTracing.WorkStarted(name);
        }

        public string Name { get; }

        public void End(string how, ScopeOutcome outcome)
        {
            lock (_journal._gate)
            {
                if (_ended)
                    return;
                _ended = true;
                _journal._underWay--;
            }

            _journal._print($"{how} {Name}");
            ScopeTracing.WorkEnded(Name, outcome);
        }

        public void EndWith(Exception error, CancellationToken token)
        {
            if (error is OperationCanceledException && token.IsCancellationRequested)
            {
                ScopeTracing.CancelObserved();
                End(Stopped, ScopeOutcome.Cancelled);
            }
            else
            {
                End(Dropped, ScopeOutcome.Faulted);
            }
        }
    }

    /// <summary>A page on its way.</summary>
    private sealed class ObservedContent : HttpContent
    {
        private readonly HttpContent _page;
        private readonly Entry _entry;
        private readonly LoopBridge _bridge;

        public ObservedContent(HttpContent page, Entry entry, LoopBridge bridge)
        {
            (_page, _entry, _bridge) = (page, entry, bridge);
            foreach (var (name, values) in page.Headers)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // A client that reads the whole answer itself comes straight from the bridge, where there is no context.
            if (SynchronizationContext.Current is not null)
                ScopeTracing.Mark($"{Reading} {_entry.Name}");
            return _bridge.CallAsync(() => CopyAsync(stream, context, cancellationToken));
        }

        /// <summary>Without this the token of whoever wants a stream would be lost, and <c>GetStringAsync</c> with it.</summary>
        protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => _bridge.CallAsync<Stream>(async () =>
        {
            var copy = new MemoryStream();
            await CopyAsync(copy, null, cancellationToken);
            copy.Position = 0;
            return copy;
        });

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        private async Task<bool> CopyAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            try
            {
                await _page.CopyToAsync(stream, context, cancellationToken);
                _entry.End("200", ScopeOutcome.Succeeded);
                return true;
            }
            catch (Exception e)
            {
                _entry.EndWith(e, cancellationToken);
                throw;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _page.Headers.ContentLength ?? 0;
            return _page.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _entry.End(Left, ScopeOutcome.Cancelled);
                _page.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
