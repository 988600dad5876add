using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security;
using System.Text.RegularExpressions;

namespace Workshop.Notebooks;

/// <summary>Has the SDK restore packages, as it does for a project: with the user's package sources, cache and credentials.</summary>
internal static partial class PackageRestore
{
    // The runtime identifier makes the restore choose among files for several systems, as a build would.
    private static readonly string s_runtime = RuntimeInformation.RuntimeIdentifier;

    /// <summary>Restores all of <paramref name="packages"/> together, so that what they share has one version.</summary>
    /// <param name="packages">Names and versions.</param>
    /// <param name="configFolder">Where the search for a <c>nuget.config</c> begins: the notebook's folder.</param>
    /// <param name="dotnet">The SDK's program; <c>null</c>: the one that runs this process, or the one on the path.</param>
    /// <param name="cancellationToken">Ends the restore, and the programs it started.</param>
    /// <exception cref="PackageRestoreException">One of them cannot be had.</exception>
    public static async Task<PackageAssets> RunAsync(
        IReadOnlyList<PackageDirective> packages, string configFolder, string? dotnet, CancellationToken cancellationToken)
    {
        // A folder that nobody else can write to, and that no Directory.Build.props of somebody's stands above of by accident.
        var folder = Directory.CreateTempSubdirectory("workshop-packages-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "packages.csproj"), ProjectFor(packages, configFolder), cancellationToken);
            var (code, output) = await RunDotnetAsync(dotnet ?? FindDotnet(), folder, cancellationToken);
            var assets = Path.Combine(folder, "obj", "project.assets.json");
            if (code != 0 || !File.Exists(assets))
                throw new PackageRestoreException(Explain(output, packages));
            return PackageAssets.Read(await File.ReadAllBytesAsync(assets, cancellationToken), s_runtime);
        }
        finally
        {
            Delete(folder);
        }
    }

    /// <summary>Says in one line why a restore failed.</summary>
    internal static string Explain(string output, IReadOnlyList<PackageDirective> packages)
    {
        var errors = ErrorLine().Matches(output).Select(match => (Id: match.Groups["id"].Value, Text: match.Groups["text"].Value.Trim())).ToList();
        // A source that does not answer is the cause of whatever else is said.
        var (id, text) = errors.Find(error => error.Id == "NU1301") is { Id: not null } unreachable ? unreachable : errors.FirstOrDefault();
        var named = PackageInMessage().Match(text ?? "") is { Success: true } match ? match.Groups["name"].Value : packages[^1].Name;
        var asked = packages.FirstOrDefault(package => string.Equals(package.Name, named, StringComparison.OrdinalIgnoreCase));
        return id switch
        {
            "NU1101" => $"There is no package '{named}' in your package sources ({SourcesInMessage().Match(text!).Groups[1].Value.TrimEnd('.')}).",
            "NU1102" or "NU1103" when NearestVersion().Match(output) is { Success: true } nearest =>
                $"The package {named} has no version {asked?.Version ?? "that fits"}; the nearest is {nearest.Groups[1].Value}.",
            "NU1102" or "NU1103" => $"The package {named} has no version {asked?.Version ?? "that fits"}.",
            "NU1301" => $"A package source cannot be reached, so {packages[^1]} cannot be restored: {text!.TrimEnd('.')}. Check the network, then run the cell again.",
            "NU1202" => $"The package {named} does not support .NET {Environment.Version.Major}.",
            not null => $"{packages[^1]} cannot be restored: {text} ({id})",
            null when output.Contains("No .NET SDKs were found", StringComparison.Ordinal) => NoSdk,
            null => $"{packages[^1]} cannot be restored: {output.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0) ?? "the SDK does not say why"}",
        };
    }

    private const string NoSdk = "Packages are restored by the .NET SDK, which is not on this machine or not on the path. Get it from https://dotnet.microsoft.com/download.";

    private static string ProjectFor(IReadOnlyList<PackageDirective> packages, string configFolder) => $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
            <RestoreRootConfigDirectory>{SecurityElement.Escape(configFolder)}</RestoreRootConfigDirectory>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.{Environment.Version.Minor}</TargetFramework>
            <RuntimeIdentifier>{s_runtime}</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <UseAppHost>false</UseAppHost>
            <NuGetAudit>false</NuGetAudit>
            <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
          </PropertyGroup>
          <ItemGroup>
        {string.Join('\n', packages.Select(package => $"    <PackageReference Include=\"{package.Name}\" Version=\"{package.Version}\" />"))}
          </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
        </Project>
        """;

    private static string FindDotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        // shared/Microsoft.NETCore.App/10.0.0/System.Private.CoreLib.dll lies three folders below the program.
        var own = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", name));
        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host) ? host
            : File.Exists(own) ? own : name;
    }

    private static async Task<(int Code, string Output)> RunDotnetAsync(string dotnet, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(dotnet, ["restore", "packages.csproj", "--verbosity", "quiet", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en"; // Messages are read, see Explain.
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        foreach (var name in new[] { "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly" })
            start.Environment.Remove(name); // Where this process was started by a build, its tools are not to be ours.

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new PackageRestoreException(NoSdk, exception);
        }
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + "\n" + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some bytes in the temporary folder; a program that was ended may still hold one of the files.
        }
    }

    [GeneratedRegex(@"error (?<id>\w+)\s*: (?<text>.*?)( \[[^\]\r\n]*\.csproj\])?\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"package '?(?<name>[\w.-]*\w)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PackageInMessage();

    [GeneratedRegex(@"source\(s\): (.*)$")]
    private static partial Regex SourcesInMessage();

    [GeneratedRegex(@"Nearest version: (\S+)")]
    private static partial Regex NearestVersion();
}
