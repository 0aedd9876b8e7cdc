namespace AutoForge.Activities;

/// <summary>A named place for a value, visible in the container that declares it and inside.</summary>
/// <param name="Id">What expressions of type <c>Variable</c> and <c>SetVariable</c> refer to.</param>
/// <param name="Name">What templates refer to: <c>variables.Name</c>.</param>
/// <param name="Value">Initial value, already converted to its type.</param>
/// <param name="TypeName">The type's name as it stands in the document, such as <c>String</c> or <c>Int32</c>.</param>
public sealed record Variable(string Id, string Name, object? Value = null, string TypeName = "Object");
