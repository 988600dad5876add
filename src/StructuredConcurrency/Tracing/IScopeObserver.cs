namespace StructuredConcurrency;

/// <summary>Is told everything that happens in the scopes it observes. <see cref="EventLog"/> is one.</summary>
/// <remarks>
/// <para>Calls come one at a time, in the order of <see cref="ScopeEvent.Sequence"/>.</para>
/// <para><b>Pitfall.</b> The call comes from inside queues and groups, with their locks held: return quickly, never block,
/// never call back into the scope that is being observed, never throw: what is thrown ends up wherever the event arose, which may end the process.</para>
/// <para>Counterpart: trio's <c>Instrument</c>.</para>
/// </remarks>
public interface IScopeObserver
{
    /// <summary>Takes note of one event.</summary>
    /// <param name="scopeEvent">What happened, complete with its sequence number and time.</param>
    void OnEvent(in ScopeEvent scopeEvent);
}
