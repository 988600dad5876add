using System.Text;
using System.Text.Json;

namespace Grader;

/// <summary>What a worker process is asked to run: it knows nothing of points, checks or expected values.</summary>
internal sealed record WorkerJob
{
    public required string EntryType { get; init; }

    /// <summary>Assembly-qualified name of the world's type.</summary>
    public required string World { get; init; }

    /// <summary>The learner's file, as the symbols name it.</summary>
    public required string File { get; init; }

    public required ulong FirstSeed { get; init; }

    public required int Schedules { get; init; }

    public required IReadOnlyList<JobScenario> Scenarios { get; init; }

    /// <summary>One schedule to run again, in the first scenario only; <see langword="null"/>: the seeds, in all of them.</summary>
    public string? Trace { get; init; }

    /// <summary>Real time after which a run that has not ended sends what its log holds.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>What the worker's frames begin with from now on.</summary>
    public string Secret { get; init; } = "";

    public void Write(Stream stream, byte[] assembly, byte[] symbols)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        foreach (var part in (ReadOnlySpan<byte[]>)[JsonSerializer.SerializeToUtf8Bytes(this), assembly, symbols])
        {
            writer.Write(part.Length);
            writer.Write(part);
        }
    }

    /// <returns>The job; <see langword="null"/>: the parent has ended, and there is none.</returns>
    public static (WorkerJob Job, byte[] Assembly, byte[] Symbols)? Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            return (JsonSerializer.Deserialize<WorkerJob>(Part())!, Part(), Part());
        }
        catch (EndOfStreamException)
        {
            return null;
        }

        byte[] Part()
        {
            var part = new byte[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(part);
            return part;
        }
    }

    /// <param name="Name">Its name.</param>
    /// <param name="Settings">The world's settings as JSON.</param>
    public sealed record JobScenario(string Name, string Settings);
}
