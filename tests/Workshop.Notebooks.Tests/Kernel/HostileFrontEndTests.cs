using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks.Tests;

/// <summary>Whatever comes by one connection, the others do not notice, and nothing runs that is not signed.</summary>
public sealed class HostileFrontEndTests : IAsyncLifetime
{
    private readonly RunningKernel _kernel = new();
    private FrontEnd _frontEnd = null!;

    public async ValueTask InitializeAsync() => _frontEnd = await _kernel.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        await _frontEnd.DisposeAsync();
        await _kernel.DisposeAsync();
    }

    [Fact]
    public async Task Message_SignedWithAnotherKey_IsNotExecuted()
    {
        await _frontEnd.RunAsync("var executed = 0;");
        Assert.True(_frontEnd.Shell.TrySend(_frontEnd.Write("execute_request", FrontEnd.Cell("executed++;"), "another key").Frames));
        // One connection's messages are handled in order: when this has its answer, the one before has been judged.
        Assert.Equal("0", await _frontEnd.ResultAsync("executed"));
    }

    [Fact]
    public async Task Message_WithoutSignature_IsNotExecuted()
    {
        await _frontEnd.RunAsync("var executed = 0;");
        var frames = _frontEnd.Write("execute_request", FrontEnd.Cell("executed++;")).Frames;
        frames[1] = [];
        Assert.True(_frontEnd.Shell.TrySend(frames));
        Assert.True(_frontEnd.Shell.TrySend(frames[..1]));
        Assert.True(_frontEnd.Shell.TrySend([[]]));
        Assert.Equal("0", await _frontEnd.ResultAsync("executed"));
    }

    [Fact]
    public async Task Message_ChangedAfterItWasSigned_IsNotExecuted()
    {
        await _frontEnd.RunAsync("var executed = 0;");
        var frames = _frontEnd.Write("execute_request", FrontEnd.Cell("1 + 1")).Frames;
        frames[5] = _frontEnd.Write("execute_request", FrontEnd.Cell("executed++;")).Frames[5];
        Assert.True(_frontEnd.Shell.TrySend(frames));
        Assert.Equal("0", await _frontEnd.ResultAsync("executed"));
    }

    [Fact]
    public async Task Message_RecordedAndSentAgain_IsExecutedOnce()
    {
        await _frontEnd.RunAsync("var executed = 0;");
        var frames = _frontEnd.Write("execute_request", FrontEnd.Cell("executed++;")).Frames;
        for (var i = 0; i < 3; i++)
            Assert.True(_frontEnd.Shell.TrySend(frames));
        Assert.Equal("1", await _frontEnd.ResultAsync("executed"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"msg_type\":7}")]
    [InlineData("{}")]
    public async Task Message_WhoseHeaderIsNone_IsPassedOver(string header)
    {
        var key = System.Text.Encoding.UTF8.GetBytes(_kernel.Connection.Key);
        byte[][] parts = [System.Text.Encoding.UTF8.GetBytes(header), "{}"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray()];
        var signature = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(key, parts.SelectMany(part => part).ToArray()));
        Assert.True(_frontEnd.Shell.TrySend(["<IDS|MSG>"u8.ToArray(), System.Text.Encoding.ASCII.GetBytes(signature), .. parts]));
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task Request_OfNonsense_IsAnsweredAndTheNextOneServed()
    {
        foreach (var type in new[] { "complete_request", "inspect_request", "is_complete_request", "history_request" })
        {
            foreach (var content in new[] { "{}", """{ "code": 7, "cursor_pos": "x", "n": [] }""", """{ "code": "a.", "cursor_pos": -5 }""", """{ "code": "a.", "cursor_pos": 99 }""" })
                Assert.NotNull((string?)(await _frontEnd.AskAsync(type, (JsonObject)JsonNode.Parse(content)!))["status"] ?? "");
        }
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task RandomBytes_OnEveryPort_DisturbNobody()
    {
        var random = new Random(7);
        foreach (var port in _kernel.Ports)
        {
            for (var i = 0; i < 20; i++)
            {
                var bytes = new byte[random.Next(1, 3000)];
                random.NextBytes(bytes);
                if (i % 2 == 0)
                    (bytes[0], bytes[^1]) = (0xFF, 0x7F); // as a greeting begins
                await SendRawAsync(port, bytes);
            }
        }
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task RandomBytes_BehindAHandshake_EndThatConnectionAlone()
    {
        var random = new Random(7);
        foreach (var port in _kernel.Ports)
        {
            for (var i = 0; i < 20; i++)
            {
                var bytes = new byte[random.Next(1, 3000)];
                random.NextBytes(bytes);
                await SendRawAsync(port, [.. Greeting, .. Ready(port == _kernel.Connection.IOPubPort ? "SUB" : "DEALER"), .. bytes]);
            }
        }
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task Frames_CutOffAnywhere_DisturbNobody()
    {
        var message = _frontEnd.Write("execute_request", FrontEnd.Cell("throw new Exception();")).Frames;
        var whole = new System.Buffers.ArrayBufferWriter<byte>();
        for (var i = 0; i < message.Length; i++)
            new ZmtpFrame(i < message.Length - 1, false, message[i]).WriteTo(whole);
        byte[] sent = [.. Greeting, .. Ready("DEALER"), .. whole.WrittenSpan[..^1]];
        for (var length = 1; length <= sent.Length; length += 7)
            await SendRawAsync(_kernel.Connection.ShellPort, sent[..length]);
        var (answer, _) = await _frontEnd.RunAsync("1 + 1");
        Assert.Equal(1, (int)answer["execution_count"]!); // nothing of them was run
    }

    [Theory]
    [InlineData(64 * 1024 * 1024)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public async Task Message_OfAnAbsurdLength_EndsItsConnectionBeforeItIsRead(long length)
    {
        var head = new byte[9];
        head[0] = 2;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(1), length);
        using var socket = await SendRawAsync(_kernel.Connection.ShellPort, [.. Greeting, .. Ready("DEALER"), .. head], close: false);
        await ReadToEndAsync(socket);
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task Message_Of64Megabytes_EndsItsConnectionAndTheNextOneIsServed()
    {
        await using var other = await _kernel.ConnectAsync();
        other.Shell.TrySend(other.Write("execute_request", FrontEnd.Cell("// " + new string('x', 63 * 1024 * 1024))).Frames);
        await Assert.ThrowsAnyAsync<IOException>(() => other.Shell.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
    }

    [Fact]
    public async Task Messages_TenThousandQueued_AllAnsweredInOrderAndInterruptDoesNotWait()
    {
        const int Count = 10_000;
        var first = _frontEnd.Execute("Console.Write(\"begun\"); while (true) { }", stopOnError: true);
        await _frontEnd.SeeAsync(first, "stdout: begun");
        var ids = Enumerable.Range(0, Count).Select(_ => _frontEnd.Send(_frontEnd.Shell, "execute_request", FrontEnd.Cell("throw new Exception();"))).ToList();
        var last = _frontEnd.Send(_frontEnd.Shell, "comm_info_request", []);
        var interrupt = _frontEnd.Send(_frontEnd.Control, "interrupt_request", []);
        await _frontEnd.AnswerAsync(interrupt, _frontEnd.Control);
        Assert.Equal("Stopped", (string?)(await _frontEnd.AnswerAsync(first))["ename"]);
        var statuses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            var status = (string)(await _frontEnd.AnswerAsync(id))["status"]!;
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            if (status == "error")
                break; // one that was still under way when the others were aborted: it runs, fails, and aborts the rest
        }
        Assert.True(statuses["aborted"] > 0);
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(last))["status"]);
    }

    [Fact]
    public async Task Subscriber_ThatNeverReads_HoldsUpNobody()
    {
        var deaf = await _frontEnd.OpenAsync(_kernel.Connection.IOPubPort, ZmtpSocketType.Sub);
        Assert.True(deaf.TrySend([[1]]));
        for (var i = 0; i < 20; i++)
            Assert.Equal("1", await _frontEnd.ResultAsync("for (var n = 0; n < 900_000; n += 9_000) Console.Write(new string('x', 9_000)); 1"));
    }

    [Fact]
    public async Task FrontEnd_ThatConnectsAgainAndAgain_IsServedEachTime()
    {
        await _frontEnd.RunAsync("var count = 0;");
        for (var i = 1; i <= 100; i++)
        {
            await using var again = await _kernel.ConnectAsync();
            Assert.Equal($"{i}", await again.ResultAsync("++count"));
        }
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreRefusedAndLeaveNothingBehind()
    {
        var crowd = new List<Socket>();
        for (var i = 0; i < 200; i++)
            crowd.Add(await SendRawAsync(_kernel.Connection.ShellPort, [.. Greeting, .. Ready("DEALER")], close: false));
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1")); // who is there already is served
        foreach (var socket in crowd)
            socket.Dispose();
        await using var next = await ConnectPatientlyAsync();
        Assert.Equal("4", await next.ResultAsync("2 + 2"));
    }

    [Fact]
    public void Sockets_OfTheKernel_ListenOnItsAddressAlone()
    {
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        foreach (var port in _kernel.Ports)
            Assert.Equal([IPAddress.Loopback], listeners.Where(listener => listener.Port == port).Select(listener => listener.Address));
    }

    [Fact]
    public void Port_ThatIsTaken_IsNamed()
    {
        var error = Assert.Throws<KernelStartException>(() => new KernelServer(_kernel.Connection with { IOPubPort = 0, StdinPort = 0, HeartbeatPort = 0 }));
        Assert.Contains($"control_port {_kernel.Connection.ControlPort} on 127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Greeting => [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0, .. "NULL"u8, .. new byte[48]];

    private static byte[] Ready(string type) => [4, (byte)(6 + 1 + 11 + 4 + type.Length), .. "\u0005READY\u000bSocket-Type"u8, 0, 0, 0, (byte)type.Length, .. System.Text.Encoding.ASCII.GetBytes(type)];

    private async Task<Socket> SendRawAsync(int port, byte[] bytes, bool close = true)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_kernel.Connection.Address, port);
        try
        {
            await socket.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // refused in the middle, which is as good
        }
        if (close)
            socket.Dispose();
        return socket;
    }

    private static async Task ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            int read;
            do
                read = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(60));
            while (read > 0);
        }
        catch (SocketException)
        {
            // closed with something unread: a reset
        }
    }

    // The kernel needs a moment to see that the crowd is gone.
    private async Task<FrontEnd> ConnectPatientlyAsync()
    {
        while (true)
        {
            try
            {
                return await _kernel.ConnectAsync();
            }
            catch (IOException)
            {
                await Task.Yield();
            }
        }
    }
}
