using System.Diagnostics;

namespace Workshop.Notebooks;

/// <summary>The packages of one session: each is restored once, and the user sees that it takes a while.</summary>
internal sealed class SessionPackages(CellReferences references, string folder, string? dotnet)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly List<PackageDirective> _packages = [];

    /// <summary>Makes the packages that a cell asks for available to it, and to all cells after it.</summary>
    /// <exception cref="PackageRestoreException">One of them cannot be had. The others are as they were.</exception>
    /// <exception cref="OperationCanceledException">The user did not want to wait.</exception>
    public async Task PrepareAsync(CellExecution cell, IReadOnlyList<PackageDirective> asked, CancellationToken stop)
    {
        var missing = asked.Where(package => !_packages.Contains(package)).ToList();
        if (missing.Count == 0)
            return;
        // Together with those of before, or what they share would be of two versions. What the cell names anew takes the place of what was named.
        var together = _packages.Where(known => !missing.Exists(package => package.Name.Equals(known.Name, StringComparison.OrdinalIgnoreCase))).Concat(missing).ToList();
        var names = string.Join(", ", missing);
        var displayId = Guid.NewGuid().ToString("N");
        cell.Post(new CellEvent.Displayed(cell.Number, displayId, new MimeBundle($"Restoring {names} ...")));
        try
        {
            var assets = await WithTicksAsync(PackageRestore.RunAsync(together, folder, dotnet, stop), seconds => Update($"Restoring {names} ... {seconds} s"));
            references.Add(assets);
            _packages.Clear();
            _packages.AddRange(together);
            Update($"Restored {string.Join(", ", missing.Select(package => $"{package.Name} {assets.Versions.GetValueOrDefault(package.Name, package.Version)}"))}");
        }
        catch (Exception exception)
        {
            Update(exception is OperationCanceledException ? $"Restoring {names} was stopped." : $"{names} not restored");
            throw;
        }

        void Update(string text) => cell.Post(new CellEvent.DisplayUpdated(cell.Number, displayId, new MimeBundle(text)));
    }

    private static async Task<T> WithTicksAsync<T>(Task<T> work, Action<int> tick)
    {
        var watch = Stopwatch.StartNew();
        while (await Task.WhenAny(work, Task.Delay(s_tick)) != work)
            tick((int)watch.Elapsed.TotalSeconds);
        return await work;
    }
}
