using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Workshop.Notebooks.Tests;

/// <summary>A small front end of Jupyter: signs by itself, so that a kernel that forgets to verify is found out.</summary>
internal sealed class FrontEnd : IAsyncDisposable
{
    // A guard, not a proof: what never comes must fail its test, not hang it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ConnectionFile _kernel;
    private readonly byte[] _identity = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));
    private readonly Channel<JsonObject> _published = Channel.CreateUnbounded<JsonObject>();
    private readonly List<ZmtpConnection> _connections = [];

    private FrontEnd(ConnectionFile kernel) => _kernel = kernel;

    public ZmtpConnection Shell { get; private set; } = null!;

    public ZmtpConnection Control { get; private set; } = null!;

    public ZmtpConnection Stdin { get; private set; } = null!;

    /// <summary>Opens all channels; when it returns, the iopub channel misses nothing.</summary>
    public static async Task<FrontEnd> ConnectAsync(ConnectionFile kernel)
    {
        var frontEnd = new FrontEnd(kernel);
        frontEnd.Shell = await frontEnd.OpenAsync(kernel.ShellPort, ZmtpSocketType.Dealer);
        frontEnd.Control = await frontEnd.OpenAsync(kernel.ControlPort, ZmtpSocketType.Dealer);
        frontEnd.Stdin = await frontEnd.OpenAsync(kernel.StdinPort, ZmtpSocketType.Dealer);
        var iopub = await frontEnd.OpenAsync(kernel.IOPubPort, ZmtpSocketType.Sub);
        Assert.True(iopub.TrySend([[1]]));
        var welcome = frontEnd.Read(await iopub.ReceiveAsync(default).WaitAsync(s_patience));
        Assert.Equal("iopub_welcome", (string?)welcome["header"]!["msg_type"]);
        _ = frontEnd.ListenAsync(iopub);
        return frontEnd;
    }

    public Task<ZmtpConnection> OpenAsync(int port, ZmtpSocketType type) => OpenAsync(port, type, _identity);

    public async Task<ZmtpConnection> OpenAsync(int port, ZmtpSocketType type, byte[] identity)
    {
        var connection = await ZmtpConnection.ConnectAsync(new IPEndPoint(_kernel.Address, port), type, identity, default).WaitAsync(s_patience);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A message's frames, signed with <paramref name="key"/> or with the kernel's.</summary>
    public (string Id, byte[][] Frames) Write(string type, JsonObject content, string? key = null)
    {
        var id = Guid.NewGuid().ToString("N");
        return (id, Write(id, type, Utf8(content), key ?? _kernel.Key));
    }

    /// <summary>A message's frames with a content that no library would write.</summary>
    public byte[][] WriteRaw(string type, string content) => Write(Guid.NewGuid().ToString("N"), type, Encoding.UTF8.GetBytes(content), _kernel.Key);

    private static byte[][] Write(string id, string type, byte[] content, string key)
    {
        var header = new JsonObject { ["msg_id"] = id, ["msg_type"] = type, ["session"] = "s", ["username"] = "u", ["date"] = "2026-01-01T00:00:00Z", ["version"] = "5.3" };
        byte[][] parts = [Utf8(header), "{}"u8.ToArray(), "{}"u8.ToArray(), content];
        return ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(Sign(parts, key)), .. parts];
    }

    public string Send(ZmtpConnection channel, string type, JsonObject content)
    {
        var (id, frames) = Write(type, content);
        Assert.True(channel.TrySend(frames));
        return id;
    }

    /// <summary>Sends a request and gives the content of its answer.</summary>
    public async Task<JsonObject> AskAsync(string type, JsonObject content)
    {
        var id = Send(Shell, type, content);
        return await AnswerAsync(id);
    }

    public async Task<JsonObject> AnswerAsync(string id, ZmtpConnection? channel = null)
    {
        while (true)
        {
            var message = Read(await (channel ?? Shell).ReceiveAsync(default).WaitAsync(s_patience));
            if ((string?)message["parent_header"]!["msg_id"] == id)
                return (JsonObject)message["content"]!;
        }
    }

    public string Execute(string code, bool stopOnError = true) => Send(Shell, "execute_request", Cell(code, stopOnError));

    public static JsonObject Cell(string code, bool stopOnError = true) =>
        new() { ["code"] = code, ["silent"] = false, ["store_history"] = true, ["allow_stdin"] = true, ["stop_on_error"] = stopOnError };

    /// <summary>Runs a cell to its end: the answer, and what was published from busy to idle.</summary>
    public async Task<(JsonObject Answer, IReadOnlyList<JsonObject> Published)> RunAsync(string code)
    {
        var id = Execute(code);
        var published = await PublishedAsync(id);
        return (await AnswerAsync(id), published);
    }

    /// <summary>Runs a cell and gives the text of its result.</summary>
    public async Task<string?> ResultAsync(string code) => ResultOf((await RunAsync(code)).Published);

    public static string? ResultOf(IEnumerable<JsonObject> published) =>
        (string?)published.FirstOrDefault(message => TypeOf(message) == "execute_result")?["content"]!["data"]!["text/plain"];

    public static string TypeOf(JsonObject message) => (string)message["header"]!["msg_type"]!;

    public static string Describe(JsonObject message) => TypeOf(message) switch
    {
        "status" => (string)message["content"]!["execution_state"]!,
        "stream" => $"{message["content"]!["name"]}: {message["content"]!["text"]}",
        var type => type,
    };

    /// <summary>What is published for one request, to its idle.</summary>
    public async Task<IReadOnlyList<JsonObject>> PublishedAsync(string id)
    {
        var messages = new List<JsonObject>();
        do
            messages.Add(await NextPublishedAsync(id));
        while (Describe(messages[^1]) != "idle");
        return messages;
    }

    /// <summary>Waits until a message like this is published for a request.</summary>
    public async Task SeeAsync(string id, string description)
    {
        string seen;
        do
            seen = Describe(await NextPublishedAsync(id));
        while (seen != description);
    }

    public JsonObject Read(byte[][] frames)
    {
        var delimiter = Array.FindIndex(frames, frame => frame.AsSpan().SequenceEqual("<IDS|MSG>"u8));
        var parts = frames[(delimiter + 2)..];
        Assert.Equal(Sign(parts[..4], _kernel.Key), Encoding.ASCII.GetString(frames[delimiter + 1]));
        return new JsonObject
        {
            ["header"] = JsonNode.Parse(parts[0]),
            ["parent_header"] = JsonNode.Parse(parts[1]),
            ["metadata"] = JsonNode.Parse(parts[2]),
            ["content"] = JsonNode.Parse(parts[3]),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            connection.Abort();
            await connection.DisposeAsync();
        }
    }

    private async Task<JsonObject> NextPublishedAsync(string id)
    {
        while (true)
        {
            var message = await _published.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
            if ((string?)message["parent_header"]!["msg_id"] == id)
                return message;
        }
    }

    private async Task ListenAsync(ZmtpConnection iopub)
    {
        try
        {
            while (true)
                _published.Writer.TryWrite(Read(await iopub.ReceiveAsync(default)));
        }
        catch (Exception exception)
        {
            _published.Writer.TryComplete(exception);
        }
    }

    private static string Sign(byte[][] parts, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), parts.SelectMany(part => part).ToArray()));

    private static byte[] Utf8(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
