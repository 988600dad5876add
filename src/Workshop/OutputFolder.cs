using System.Text;

namespace Workshop;

/// <summary>The folder behind <c>--out</c>: made when it is not there, and refused in one line when it cannot be written.</summary>
internal sealed class OutputFolder
{
    private OutputFolder(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static OutputFolder Open(string path)
    {
        var folder = new OutputFolder(path);
        folder.Try(() =>
        {
            // Tried before the work that is to be kept, not after it.
            Directory.CreateDirectory(path);
            var probe = System.IO.Path.Combine(path, $".{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        });
        return folder;
    }

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] content) => Try(() => File.WriteAllBytes(System.IO.Path.Combine(Path, name), content));

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"--out {Path}: cannot write there ({e.Message.TrimEnd('.')}). Name a folder that can be written.", e);
        }
    }
}
