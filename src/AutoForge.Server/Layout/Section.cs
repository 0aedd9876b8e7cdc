namespace AutoForge.Server.Layout;

/// <summary>The parts of the navigation; a page says which one it belongs to.</summary>
/// <remarks>Public, as Razor components and their parameters are.</remarks>
public enum Section
{
    None,
    Dashboard,
    Workflows,
    Runs,
    Connections,
    Billing,
    Usage,
    Admin,
}
