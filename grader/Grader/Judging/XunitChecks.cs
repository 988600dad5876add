using System.Collections.Concurrent;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Grader;

/// <summary>Runs a class of checks with xunit's own framework, in this process, and says which failed.</summary>
internal static class XunitChecks
{
    /// <param name="checks">The class.</param>
    /// <param name="evidence">What it judges.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The findings by check; and what went wrong in checks that failed without one, which is our own fault.</returns>
    public static async Task<(IReadOnlyDictionary<string, (Finding Finding, ObservedRun Run)> Findings, IReadOnlyDictionary<string, string> Broken)> RunAsync(
        Type checks, Evidence evidence, CancellationToken cancellationToken)
    {
        var session = new JudgingSession(evidence);
        var sink = new ResultSink();

        // Both the session and xunit's own context are local to this flow: the caller may be a test of xunit's as well.
        JudgingSession.Current = session;
        TestContext.SetForInitialization(null, diagnosticMessages: false, internalDiagnosticMessages: false);
        var framework = ExtensibilityPointFactory.GetTestFramework(checks.Assembly);
        var front = new InProcessFrontController(framework, checks.Assembly, configFilePath: null);
        var options = new FrameworkOptions();
        options.SetValue<bool?>("xunit.execution.DisableParallelization", true);
        options.SetValue<bool?>("xunit.execution.SynchronousMessageReporting", true);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await front.FindAndRun(sink, options, options, static _ => true, cancellation, [checks]);
        cancellationToken.ThrowIfCancellationRequested();

        var broken = sink.Failures
            .Where(failure => !session.Findings.ContainsKey(failure.Key))
            .ToDictionary(StringComparer.Ordinal);
        foreach (var check in CheckMethods(checks).Where(name => !sink.Ended.ContainsKey(name)))
            broken[check] = "It was not run.";
        return (session.Findings, broken);
    }

    private static IEnumerable<string> CheckMethods(Type checks) =>
        checks.GetMethods().Where(method => method.IsDefined(typeof(CheckAttribute), inherit: false)).Select(method => method.Name);

    private sealed class ResultSink : IMessageSink
    {
        private readonly ConcurrentDictionary<string, string> _methods = new(StringComparer.Ordinal); // by the test's unique id

        public ConcurrentDictionary<string, string> Failures { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, bool> Ended { get; } = new(StringComparer.Ordinal);

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseStarting { TestMethodName: { } method } starting:
                    _methods[starting.TestCaseUniqueID] = method;
                    break;
                case ITestFailed failed when _methods.TryGetValue(failed.TestCaseUniqueID, out var method):
                    Failures[method] = string.Join(" ", failed.ExceptionTypes.Zip(failed.Messages, (type, text) => $"{type}: {text}"));
                    Ended[method] = true;
                    break;
                case ITestPassed passed when _methods.TryGetValue(passed.TestCaseUniqueID, out var method):
                    Ended[method] = true;
                    break;
                case IErrorMessage error:
                    Failures[""] = string.Join(" ", error.Messages);
                    break;
            }

            return true;
        }
    }

    /// <summary>xunit's settings by name; what is not set has xunit's default.</summary>
    private sealed class FrameworkOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

        public TValue? GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue?)value : default;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;

        public string ToJson() => System.Text.Json.JsonSerializer.Serialize(_values);
    }
}
