using System.Reflection;
using System.Runtime.Loader;

namespace Grader;

/// <summary>A learner's program, to be run by hand: by the learner, in the learner's own process. Nothing of it is judged.</summary>
public sealed class LearnerProgram
{
    private readonly MethodInfo _run;

    private LearnerProgram(MethodInfo run) => _run = run;

    /// <summary>Compiles a learner's file.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="options">The file, and the repository's root.</param>
    /// <returns>The program; or the compiler's errors, where there are some.</returns>
    /// <exception cref="GraderInputException">There is no such file, or it cannot be read; the message is one line.</exception>
    public static (LearnerProgram? Program, IReadOnlyList<LearnerDiagnostic> Errors) Load(ExerciseInfo exercise, CheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        ArgumentNullException.ThrowIfNull(options);
        var file = Path.GetFullPath(options.File ?? exercise.FilePath(options.Root ?? Repository.FindRoot()));
        var (source, unfit) = ExerciseGrader.ReadSource(file, file, exercise);
        if (unfit is not null)
            return (null, [unfit]);
        var compiled = LearnerCompiler.Compile(source, file, exercise, options.CompileTimeLimit); // away from a loop everything in it is what it was
        if (compiled.Diagnostics.Count > 0)
            return (null, compiled.Diagnostics);
        var assembly = new AssemblyLoadContext(exercise.Slug).LoadFromStream(new MemoryStream(compiled.Assembly), new MemoryStream(compiled.Symbols));
        return (new LearnerProgram(assembly.GetType(exercise.EntryType, throwOnError: true)!.GetMethod("RunAsync", [exercise.World, typeof(CancellationToken)])!), []);
    }

    /// <summary>Runs it.</summary>
    /// <param name="world">The exercise's world.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="InvalidOperationException">It returned null instead of a task.</exception>
    public Task RunAsync(object world, CancellationToken cancellationToken) =>
        (Task?)_run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [world, cancellationToken], null)
        ?? throw new InvalidOperationException($"{_run.DeclaringType!.Name}.RunAsync returned null instead of a task.");
}
