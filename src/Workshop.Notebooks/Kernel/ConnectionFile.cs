using System.Net;
using System.Text.Json;

namespace Workshop.Notebooks;

/// <summary>What a front end wants of the kernel that it starts: one address, five ports, and the key that messages are signed with.</summary>
/// <remarks>Jupyter writes it to a file that only its user can read, and gives the file's name to the kernel.</remarks>
public sealed record ConnectionFile
{
    /// <summary>The only address that the kernel listens on.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Requests, one after the other.</summary>
    public required int ShellPort { get; init; }

    /// <summary>Requests that must not wait: interrupt and shutdown.</summary>
    public required int ControlPort { get; init; }

    /// <summary>Questions to the user.</summary>
    public required int StdinPort { get; init; }

    /// <summary>All that cells give out.</summary>
    public required int IOPubPort { get; init; }

    /// <summary>Sends back what it gets.</summary>
    public required int HeartbeatPort { get; init; }

    /// <summary>The key that all messages are signed with, never empty.</summary>
    public required string Key { get; init; }

    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="KernelStartException">It is not there, or is not what Jupyter writes.</exception>
    public static ConnectionFile Load(string path)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KernelStartException($"{path}: there is no such file. Jupyter writes it and starts the kernel with it; to use the kernel, choose it in a notebook.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KernelStartException($"{path}: cannot be read ({e.Message.TrimEnd('.')}).", e);
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new KernelStartException($"{path}: is not a connection file of Jupyter ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static ConnectionFile Read(JsonElement json, string path)
    {
        var transport = Text("transport", "tcp");
        if (transport != "tcp")
            throw Wrong($"the transport '{transport}' is not supported, only tcp. Set c.KernelManager.transport = \"tcp\" in Jupyter's configuration");
        var scheme = Text("signature_scheme", "hmac-sha256");
        if (scheme != "hmac-sha256")
            throw Wrong($"the signature scheme '{scheme}' is not supported, only hmac-sha256");
        var key = Text("key", "");
        if (key.Length == 0)
            throw Wrong("the key is empty. Anyone on this machine could run code then, so the kernel does not start; give Jupyter's session a key");
        var ip = Text("ip", "127.0.0.1");
        var address = ip switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            _ => IPAddress.TryParse(ip, out var parsed) ? parsed : throw Wrong($"'{ip}' is not an IP address"),
        };
        return new ConnectionFile
        {
            Address = address,
            ShellPort = Port("shell_port"),
            ControlPort = Port("control_port"),
            StdinPort = Port("stdin_port"),
            IOPubPort = Port("iopub_port"),
            HeartbeatPort = Port("hb_port"),
            Key = key,
        };

        string Text(string name, string standard) => json.TryGetProperty(name, out var value) ? value.GetString() ?? standard : standard;

        int Port(string name) =>
            json.TryGetProperty(name, out var value) && value.TryGetInt32(out var port) && port is > 0 and <= ushort.MaxValue
                ? port
                : throw Wrong($"{name} is not a port from 1 to 65535");

        KernelStartException Wrong(string what) => new($"{path}: {what}.");
    }
}
