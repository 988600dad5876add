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
        // One connection's answers come in the order of its questions, so reading on to each finds it missing if it is. One that was
        // still under way when the others were aborted runs, fails, and aborts those behind it.
        var statuses = new List<string?>();
        foreach (var id in ids)
            statuses.Add((string?)(await _frontEnd.AnswerAsync(id))["status"]);
        Assert.All(statuses, status => Assert.True(status is "aborted" or "error", status));
        Assert.Contains("aborted", statuses);
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
    public async Task Publisher_WithASubscriberThatNeverReads_KeepsABoundOfItAndServesTheOthers()
    {
        await using var publisher = new ZmtpPublisher(new IPEndPoint(IPAddress.Loopback, 0), static (peer, topic) => peer.TrySend([topic]));
        await using var deaf = await SubscribeAsync();
        await using var listening = await SubscribeAsync();
        // More than may wait for one peer, and than the system takes in its stead.
        var message = new byte[1024 * 1024];
        for (var i = 0; i < 3 * ZmtpConnection.QueueLimit / message.Length; i++)
        {
            publisher.Publish([[], message]);
            Assert.Equal(message.Length, (await listening.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)))[1].Length);
        }
        var received = 0;
        publisher.Publish([[], "the last"u8.ToArray()]); // small, so that it may still find room: whoever reads again is served again
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await deaf.ReceiveAsync(enough.Token))[1].Length == message.Length)
            received++;
        Assert.InRange(received, 1, 2 * ZmtpConnection.QueueLimit / message.Length);

        async Task<ZmtpConnection> SubscribeAsync()
        {
            var peer = await ZmtpConnection.ConnectAsync(publisher.LocalEndPoint, ZmtpSocketType.Sub, [], default);
            Assert.True(peer.TrySend([[1]]));
            await peer.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
            return peer;
        }
    }

    [Fact]
    public async Task Subscriber_ThatFellBehind_StillLearnsHowTheCellEnded()
    {
        var slow = await _frontEnd.OpenAsync(_kernel.Connection.IOPubPort, ZmtpSocketType.Sub);
        Assert.True(slow.TrySend([[1]]));
        await slow.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)); // the welcome, and then nothing until the cell has ended
        const int Cells = 16;
        const int Displays = 90; // of 100,000 characters: nearly as much as one cell may display
        for (var cell = 0; cell < Cells; cell++)
            await _frontEnd.PublishedAsync(_frontEnd.Execute($"for (var i = 0; i < {Displays}; i++) display(new string('x', 100_000)); throw new Exception();"));

        var seen = new List<string>();
        while (seen.Count(message => message == "idle") < Cells)
            seen.Add(FrontEnd.Describe(_frontEnd.Read(await slow.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)))));
        Assert.True(seen.Count(message => message == "display_data") < Cells * Displays, "It did not fall behind.");
        Assert.Equal(Cells, seen.Count(message => message == "error"));
        Assert.Equal(["error", "idle"], seen[^2..]);
    }

    [Fact]
    public async Task Queue_ThatIsFull_HasRoomForWhatIsNeededAlone()
    {
        var connected = new TaskCompletionSource<ZmtpConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listener = new ZmtpListener(new IPEndPoint(IPAddress.Loopback, 0), ZmtpSocketType.Router, static (_, _) => { }, connected.SetResult);
        await using var deaf = await ZmtpConnection.ConnectAsync(listener.LocalEndPoint, ZmtpSocketType.Dealer, [], default);
        var peer = await connected.Task.WaitAsync(TimeSpan.FromSeconds(60));
        do
        {
            while (peer.TrySend([new byte[64 * 1024]]))
            {
            }
        }
        while (peer.TrySend([[]])); // the system takes some, until its buffers are full too
        Assert.True(peer.TrySend([[]], isNeeded: true));
    }

    [Fact]
    public async Task Heartbeats_OfAPeerThatNeverReads_EndItsConnectionAlone()
    {
        var beat = new System.Buffers.ArrayBufferWriter<byte>();
        new ZmtpFrame(true, false, []).WriteTo(beat);
        new ZmtpFrame(false, false, new byte[60_000]).WriteTo(beat);
        using var deaf = await SendRawAsync(_kernel.Connection.HeartbeatPort, [.. Greeting, .. Ready("REQ")], close: false);
        var sent = 0L;
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
                sent += await deaf.SendAsync(beat.WrittenMemory).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        });
        Assert.True(sent < ZmtpConnection.QueueLimit, $"{sent:N0} octets were taken."); // most of them by the system's own buffers
        var alive = await _frontEnd.OpenAsync(_kernel.Connection.HeartbeatPort, ZmtpSocketType.Req);
        Assert.True(alive.TrySend([[], "ping"u8.ToArray()]));
        Assert.Equal("ping"u8.ToArray(), (await alive.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)))[1]);
    }

    [Fact]
    public async Task Subscription_MadeTwiceAndCancelledOnce_IsStillThere()
    {
        var subscriber = await _frontEnd.OpenAsync(_kernel.Connection.IOPubPort, ZmtpSocketType.Sub);
        foreach (var verb in new byte[] { 1, 1, 0 })
            Assert.True(subscriber.TrySend([[verb, .. "status"u8]]));
        Assert.True(subscriber.TrySend([[1, .. "no such topic"u8]])); // its welcome says that those before it have been taken
        for (var i = 0; i < 3; i++)
            await subscriber.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        await _frontEnd.RunAsync("1");
        Assert.Equal("busy", FrontEnd.Describe(_frontEnd.Read(await subscriber.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)))));
    }

    [Theory]
    [InlineData("comm_open", """{ "comm_id": "\ud800" }""")]
    [InlineData("comm_msg", """{ "comm_id": 7 }""")]
    [InlineData("execute_request", """{ "code": "\ud800" }""")]
    [InlineData("complete_request", """{ "code": "\udc00", "cursor_pos": 1 }""")]
    [InlineData("no_such_request", "{}")]
    [InlineData("", "{}")]
    public async Task Message_SignedButSenseless_DoesNotEndTheChannel(string type, string content)
    {
        var written = _frontEnd.WriteRaw(type, content);
        Assert.True(_frontEnd.Shell.TrySend(written));
        Assert.True(_frontEnd.Control.TrySend(_frontEnd.WriteRaw(type, content)));
        Assert.Equal("2", await _frontEnd.ResultAsync("1 + 1"));
        var interrupt = _frontEnd.Send(_frontEnd.Control, "interrupt_request", []);
        Assert.Equal("ok", (string?)(await _frontEnd.AnswerAsync(interrupt, _frontEnd.Control))["status"]);
    }

    [Fact]
    public async Task FrontEnd_ThatVanishesWhileItsCellRuns_LeavesTheCellToTheNextOne()
    {
        await using (var vanishing = await _kernel.ConnectAsync())
        {
            var id = vanishing.Execute("var kept = 1; Console.Write(\"begun\"); while (true) { }", stopOnError: false);
            await vanishing.SeeAsync(id, "stdout: begun");
        }
        await using var next = await _kernel.ConnectAsync();
        next.Send(next.Control, "interrupt_request", []);
        Assert.Equal("1", await next.ResultAsync("kept"));
    }

    [Fact]
    public async Task FrontEnd_ThatVanishesWhileItIsAsked_GivesTheCellTheEndOfInput()
    {
        await using (var vanishing = await _kernel.ConnectAsync())
        {
            vanishing.Execute("var answer = Console.ReadLine() ?? \"nobody\";");
            await vanishing.Stdin.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        }
        Assert.Equal("nobody", await _frontEnd.ResultAsync("answer"));
    }

    [Fact]
    public async Task Answer_FromAnotherFrontEnd_IsNotTakenForTheOneThatWasAsked()
    {
        await using var other = await _kernel.ConnectAsync();
        var id = _frontEnd.Execute("Console.ReadLine()");
        await _frontEnd.Stdin.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        other.Send(other.Stdin, "input_reply", new JsonObject { ["value"] = "not asked" });
        // The other's stdin channel has been read to here when the kernel has closed it for this.
        Assert.True(other.Stdin.TrySend([.. Enumerable.Repeat(Array.Empty<byte>(), 300)]));
        await Assert.ThrowsAnyAsync<IOException>(() => other.Stdin.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)));
        _frontEnd.Send(_frontEnd.Stdin, "input_reply", new JsonObject { ["value"] = "asked" });
        Assert.Equal("asked", FrontEnd.ResultOf(await _frontEnd.PublishedAsync(id)));
    }

    [Fact]
    public async Task Stdin_OpenedAfterTheQuestion_IsFoundWithoutAsking()
    {
        var identity = "late"u8.ToArray();
        var shell = await _frontEnd.OpenAsync(_kernel.Connection.ShellPort, ZmtpSocketType.Dealer, identity);
        var (id, frames) = _frontEnd.Write("execute_request", FrontEnd.Cell("Console.Write(\"begun\"); Console.ReadLine()"));
        Assert.True(shell.TrySend(frames));
        await _frontEnd.SeeAsync(id, "stdout: begun");
        var stdin = await _frontEnd.OpenAsync(_kernel.Connection.StdinPort, ZmtpSocketType.Dealer, identity);
        Assert.Equal("input_request", FrontEnd.TypeOf(_frontEnd.Read(await stdin.ReceiveAsync(default).WaitAsync(TimeSpan.FromSeconds(60)))));
        _frontEnd.Send(stdin, "input_reply", new JsonObject { ["value"] = "here" });
        Assert.Equal("here", FrontEnd.ResultOf(await _frontEnd.PublishedAsync(id)));
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
