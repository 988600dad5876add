using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>Serves the club's pages without a network, on any clock: what a real connection would bring, in the same order and with the same errors.</summary>
/// <param name="pages">The pages.</param>
/// <param name="start">Address of the first page; what is not below it is somebody else's.</param>
/// <param name="clock">Time passes on it.</param>
public sealed class SiteInMemory(ClubPages pages, Uri start, TimeProvider clock) : HttpMessageHandler
{
    private readonly LoopBridge _home = LoopBridge.FromHere();

    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var here = LoopBridge.FromHere();
        var bridge = here.LeadsToALoop ? here : _home;
        return bridge.CallAsync(() => AnswerAsync(request, bridge, cancellationToken));
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, LoopBridge bridge, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var uri = request.RequestUri!;
        var answer = !start.IsBaseOf(uri) ? new SiteAnswer(200, "<!doctype html><title>Elsewhere</title>") { HeadersAfter = TimeSpan.FromMilliseconds(50) }
            : request.Method == HttpMethod.Get ? pages.Answer(uri.AbsolutePath)
            : new SiteAnswer(405, "");
        await Task.Delay(answer.HeadersAfter, clock, token);
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { RequestMessage = request, Content = new PageContent(answer, bridge, clock) };
        if (answer.RetryAfter is { } seconds)
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return response;
    }

    private sealed class PageContent : HttpContent
    {
        private readonly SiteAnswer _answer;
        private readonly byte[] _bytes;
        private readonly LoopBridge _bridge;
        private readonly TimeProvider _clock;

        public PageContent(SiteAnswer answer, LoopBridge bridge, TimeProvider clock)
        {
            (_answer, _bytes, _bridge, _clock) = (answer, Encoding.UTF8.GetBytes(answer.Html), bridge, clock);
            Headers.ContentType = new MediaTypeHeaderValue("text/html", "utf-8");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _bridge.CallAsync(async () =>
        {
            if (_answer.BodyAfter > TimeSpan.Zero)
                await Task.Delay(_answer.BodyAfter, _clock, cancellationToken);
            if (_answer.HangsUp)
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely, with half of the page still to come.");
            await stream.WriteAsync(_bytes, cancellationToken);
            return true;
        });

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
