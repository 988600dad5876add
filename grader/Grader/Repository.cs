namespace Grader;

/// <summary>Where the kit lies on this machine.</summary>
public static class Repository
{
    private const string Marker = "Workshop.slnx";

    /// <summary>Finds the root: the nearest folder, from the working folder upwards and then from the program's own upwards, that holds <c>Workshop.slnx</c>.</summary>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="GraderInputException">There is none.</exception>
    public static string FindRoot() =>
        Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
        ?? throw new GraderInputException($"{Environment.CurrentDirectory}: neither this folder nor one above it holds {Marker}; run the command inside the kit's folder.");

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Marker)))
                return at.FullName;
        }

        return null;
    }
}
