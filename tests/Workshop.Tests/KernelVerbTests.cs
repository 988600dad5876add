using System.Net.Sockets;
using System.Text.Json;

namespace Workshop.Tests;

public sealed class KernelVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Kernels => Path.Combine(_folder.Path, "kernels");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Install_WhereNobodyHasTheName_RegistersWhatAFrontEndCanStart()
    {
        var run = await RunAsync("install");
        Assert.True(run.ExitCode == 0, run.Error);
        using var spec = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Kernels, ".net-csharp", "kernel.json")));
        var root = spec.RootElement;
        Assert.Equal((".NET (C#)", "C#", "message"), (
            root.GetProperty("display_name").GetString(), root.GetProperty("language").GetString(), root.GetProperty("interrupt_mode").GetString()));
        var argv = root.GetProperty("argv").EnumerateArray().Select(part => part.GetString()!).ToList();
        Assert.All([argv[0], argv[2]], path => Assert.True(Path.IsPathRooted(path) && File.Exists(path), path));
        Assert.Equal("exec", argv[1]);
        Assert.Equal(["kernel", "start", "{connection_file}"], argv[3..]);
        Assert.True(Directory.Exists(root.GetProperty("env").GetProperty("DOTNET_ROOT").GetString()));
    }

    [Fact]
    public async Task Install_BesideAnothersKernel_LeavesThatAloneAndUninstallTakesOnlyOurs()
    {
        const string Theirs = """{ "argv": ["/usr/bin/env", "dotnet-interactive"], "display_name": ".NET (C#)", "language": "C#" }""";
        var theirs = Path.Combine(Directory.CreateDirectory(Path.Combine(Kernels, ".net-csharp")).FullName, "kernel.json");
        await File.WriteAllTextAsync(theirs, Theirs);
        Assert.Equal(0, (await RunAsync("install")).ExitCode);
        Assert.Equal(0, (await RunAsync("install")).ExitCode); // twice is once
        Assert.Equal([".net-csharp", "csharp-workshop"], Directory.GetDirectories(Kernels).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await RunAsync("uninstall")).ExitCode);
        Assert.Equal([".net-csharp"], Directory.GetDirectories(Kernels).Select(Path.GetFileName));
        Assert.Equal(Theirs, await File.ReadAllTextAsync(theirs));
    }

    [Fact]
    public async Task List_OfKernels_SaysWhichIsOursAndWhichCannotStart()
    {
        await RunAsync("install");
        var broken = Directory.CreateDirectory(Path.Combine(Kernels, "broken")).FullName;
        await File.WriteAllTextAsync(Path.Combine(broken, "kernel.json"), """{ "argv": ["/nowhere/python"], "display_name": "B", "language": "b" }""");
        using var list = JsonDocument.Parse((await RunAsync("list", "--json")).Out);
        var kernels = list.RootElement.GetProperty("kernels").EnumerateArray().ToDictionary(kernel => kernel.GetProperty("name").GetString()!);
        Assert.True(kernels[".net-csharp"].GetProperty("isOurs").GetBoolean());
        Assert.Equal("/nowhere/python is not there", kernels["broken"].GetProperty("problem").GetString());
    }

    [Fact]
    public async Task List_WhereOursIsNot_SaysHowToInstallIt()
    {
        var run = await RunAsync("list");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Ours is not installed. In the repository's folder: dotnet run --project src/Workshop -- kernel install", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithJupyterPath_FindsWhatIsInstalledThere()
    {
        await RunAsync("install");
        using var elsewhere = new TemporaryFolder();
        var run = await CommandLine.RunWithAsync(
            new Dictionary<string, string> { ["JUPYTER_DATA_DIR"] = elsewhere.Path, ["JUPYTER_PATH"] = _folder.Path }, "kernel", "list");
        Assert.Contains($"{Path.Combine(Kernels, ".net-csharp")}  (ours)", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "/gone/dotnet")]
    [InlineData(2, "/gone/workshop.dll")]
    public async Task List_WhereTheProgramIsGone_SaysWhichAndWhatToDo(int part, string gone)
    {
        await MoveProgramAsync(part, gone);
        var run = await RunAsync("list");
        Assert.Contains($"(ours)  PROBLEM: {gone} is not there", run.Out, StringComparison.Ordinal);
        Assert.Contains("Ours cannot start. In the repository's folder: dotnet run", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("install")).ExitCode);
        Assert.DoesNotContain("Ours cannot start", (await RunAsync("list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhereTheProgramIsGone_IsOneLineThatNamesIt()
    {
        await MoveProgramAsync(2, "/gone/workshop.dll");
        using var spec = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Kernels, ".net-csharp", "kernel.json")));
        var argv = spec.RootElement.GetProperty("argv").EnumerateArray().Select(part => part.GetString()!).ToList();
        var run = await CommandLine.RunProgramAsync(argv[1], _folder.Path, [.. argv[2..]]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Equal("The application to execute does not exist: '/gone/workshop.dll'", (run.Out + run.Error).Trim());
    }

    [Fact]
    public async Task Start_OnARuntimeThatIsTooOld_SaysWhatToInstall()
    {
        foreach (var name in new[] { "workshop.dll", "workshop.runtimeconfig.json" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, name), Path.Combine(_folder.Path, name));
        var config = Path.Combine(_folder.Path, "workshop.runtimeconfig.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        json["runtimeOptions"]!["framework"]!["version"] = "99.0.0"; // to which any runtime is too old
        await File.WriteAllTextAsync(config, json.ToJsonString());
        var run = await CommandLine.RunProgramAsync("exec", _folder.Path, Path.Combine(_folder.Path, "workshop.dll"), "kernel", "start", "none.json");
        Assert.NotEqual(0, run.ExitCode);
        Assert.StartsWith("You must install or update .NET to run this application.", run.Error.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HOME", "/nowhere")]
    [InlineData("HOME", "/proc")]
    [InlineData("JUPYTER_DATA_DIR", "/dev/null/x")]
    public async Task Install_WhereNothingCanBeWritten_SaysWhatToDo(string name, string value)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The folders are those of Unix.");
        var unwritable = value == "/nowhere" ? Path.Combine(_folder.Path, "file", "home") : value;
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "file"), "");
        var run = await CommandLine.RunWithAsync(
            new Dictionary<string, string> { ["JUPYTER_DATA_DIR"] = "", ["XDG_DATA_HOME"] = "", [name] = unwritable }, "kernel", "install");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("cannot write there", run.Error, StringComparison.Ordinal);
        Assert.Contains("Set JUPYTER_DATA_DIR", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("""{ "key": "" }""", "the key is empty")]
    [InlineData("""{ "key": "k", "transport": "ipc" }""", "the transport 'ipc' is not supported")]
    [InlineData("""{ "key": "k", "ip": "somewhere" }""", "'somewhere' is not an IP address")]
    [InlineData("""{ "key": "k", "shell_port": 70000 }""", "shell_port is not a port")]
    [InlineData("[]", "is not a connection file")]
    [InlineData("{", "is not a connection file")]
    public async Task Start_WithAWrongConnectionFile_SaysWhatIsWrong(string json, string expected)
    {
        var file = Path.Combine(_folder.Path, "connection.json");
        await File.WriteAllTextAsync(file, json);
        var run = await RunAsync("start", file);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAPortThatIsTaken_NamesIt()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var file = Path.Combine(_folder.Path, "connection.json");
        await File.WriteAllTextAsync(file, $$"""{ "key": "k", "shell_port": {{port}}, "control_port": {{port}}, "iopub_port": {{port}}, "stdin_port": {{port}}, "hb_port": {{port}} }""");
        var run = await RunAsync("start", file);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"iopub_port {port} on 127.0.0.1 cannot be opened", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutItsFile_SaysWhoWritesIt()
    {
        var run = await RunAsync("start", Path.Combine(_folder.Path, "none.json"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("there is no such file. Jupyter writes it", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Installs the kernel, and lets a part of its command be gone.</summary>
    private async Task MoveProgramAsync(int part, string gone)
    {
        await RunAsync("install");
        var file = Path.Combine(Kernels, ".net-csharp", "kernel.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        json["argv"]![part] = gone;
        await File.WriteAllTextAsync(file, json.ToJsonString());
    }

    private Task<CommandLine> RunAsync(params string[] arguments) =>
        CommandLine.RunWithAsync(new Dictionary<string, string> { ["JUPYTER_DATA_DIR"] = _folder.Path }, ["kernel", .. arguments]);
}
